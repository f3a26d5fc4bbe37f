import type { GatewayConfig } from './gateway.config.ts';
import type { TokenEnvironment } from './token.environment.ts';

export function tokenConfig(tokens: TokenEnvironment): GatewayConfig['auth'] {
  return {
    issuer: tokens.AUTH_ISSUER,
    audiences: tokens.AUTH_AUDIENCE ?? [],
    clientIds: tokens.AUTH_CLIENT_IDS ?? [],
    tokenType: tokens.AUTH_TOKEN_TYPE,
    jwksUrl: tokens.AUTH_JWKS_URL,
    secrets: tokens.AUTH_JWT_SECRET ?? [],
    userClaim: tokens.AUTH_USER_CLAIM,
    emailClaim: tokens.AUTH_EMAIL_CLAIM,
    admin: tokens.AUTH_ADMIN === undefined ? undefined : claimAndValue(tokens.AUTH_ADMIN),
  };
}

/** The rules that concern more than one variable. */
export function problemsOfTokens(variables: Readonly<Record<string, string>>): string[] {
  const needsOneOf = (...names: string[]) =>
    names.some((name) => variables[name] !== undefined) ? [] : [`${names.join(' or ')} must be set`];
  return [
    ...needsOneOf('AUTH_JWKS_URL', 'AUTH_JWT_SECRET'),
    ...needsOneOf('AUTH_AUDIENCE', 'AUTH_CLIENT_IDS'),
    ...(variables['USERS_TOKEN_COLUMN'] !== undefined && variables['USERS_FROM_TOKEN'] === 'true'
      ? [
          'USERS_FROM_TOKEN=true and USERS_TOKEN_COLUMN cannot be used together, because the token of a new user does not contain the id of the row',
        ]
      : []),
  ];
}

/** A value may contain `=`, the name of a claim may not. */
function claimAndValue(text: string): { claim: string; value: string } {
  const end = text.indexOf('=');
  return { claim: text.slice(0, end), value: text.slice(end + 1) };
}
