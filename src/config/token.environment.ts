import { IsBoolean, IsOptional, IsString, Matches, MinLength } from 'class-validator';
import { ColumnName } from './database.environment.ts';
import { Flag, SecretList, SecureUrl, TextList } from './decorators.ts';
import { Describe } from './describe.ts';

/** Names that are separated by dots. No name is empty. */
const CLAIM_PATH = /^[^\s.]+(\.[^\s.]+)*$/;
const CLAIM_PATH_MESSAGE = '$property must be the name of a claim, or names separated by dots';
const CLAIM_AND_VALUE = /^[^\s.=]+(\.[^\s.=]+)*=\S(.*\S)?$/;

/** How the gateway checks the token of a user or an operator, and finds the user. */
export class TokenEnvironment {
  @Describe(
    "The URL of the token issuer's public keys. They check tokens that are signed with RS, PS, ES or EdDSA algorithms.",
    {
      section: 'User tokens',
      anyOf: ['AUTH_JWKS_URL', 'AUTH_JWT_SECRET'],
      example: 'https://login.example.com/.well-known/jwks.json',
    },
  )
  @IsOptional()
  @SecureUrl({ httpOption: 'AUTH_JWKS_ALLOW_HTTP' })
  AUTH_JWKS_URL?: string;

  @Describe(
    'Whether `AUTH_JWKS_URL` may be a plain http URL. Only for a network that you trust, such as the inside of a cluster: a change of the response on its way lets an attacker sign in as any user.',
  )
  @Flag()
  @IsBoolean()
  AUTH_JWKS_ALLOW_HTTP = false;

  @Describe(
    'The shared secret of tokens that are signed with HS256. During a rotation it is a list, newest first, so a secret cannot contain a comma. With `AUTH_JWKS_URL` too, the algorithm of a token decides which of them checks it.',
    {
      anyOf: ['AUTH_JWKS_URL', 'AUTH_JWT_SECRET'],
      example: 'replace-me-replace-me-replace-me-replace-me',
    },
  )
  @IsOptional()
  @SecretList(32)
  AUTH_JWT_SECRET?: string[];

  @Describe('The required `iss` claim of a token.', { example: 'https://login.example.com' })
  @IsString()
  @MinLength(1)
  AUTH_ISSUER!: string;

  @Describe(
    'The `aud` claim of a token must contain one of these values. If `AUTH_CLIENT_IDS` is set too, both are checked.',
    { accepts: 'list', anyOf: ['AUTH_AUDIENCE', 'AUTH_CLIENT_IDS'], example: 'kyc-gateway' },
  )
  @IsOptional()
  @TextList()
  AUTH_AUDIENCE?: string[];

  @Describe(
    'For an issuer whose tokens have no `aud`: the `client_id` or `azp` claim of a token must be one of these values. If a token has both claims, both must be. An ID token of the client can have these claims too, so prefer `AUTH_AUDIENCE` where the issuer can set it.',
    { accepts: 'list', anyOf: ['AUTH_AUDIENCE', 'AUTH_CLIENT_IDS'], example: 'app' },
  )
  @IsOptional()
  @TextList()
  AUTH_CLIENT_IDS?: string[];

  @Describe(
    'The required `typ` header of a token, such as `at+jwt`, so that an ID token is rejected. Empty accepts every type.',
    { accepts: 'media type without `application/`' },
  )
  @IsOptional()
  @Matches(/^[\w.+-]{1,100}$/, {
    message: '$property must be a media type without application/, such as at+jwt',
  })
  AUTH_TOKEN_TYPE?: string;

  @Describe(
    'The claim that holds the user id: a name, or names separated by dots. A name may contain dots.',
    { accepts: 'claim' },
  )
  @Matches(CLAIM_PATH, { message: CLAIM_PATH_MESSAGE })
  AUTH_USER_CLAIM = 'sub';

  @Describe(
    'The claim that holds the e-mail address, for `USERS_FROM_TOKEN`. The address is not used if `email_verified`, or the claim of the same name with `_verified` at its end, is false.',
    { accepts: 'claim' },
  )
  @Matches(CLAIM_PATH, { message: CLAIM_PATH_MESSAGE })
  AUTH_EMAIL_CLAIM = 'email';

  @Describe(
    "The claim and the value that make a token an operator's. A list must contain the value. Any other claim must be equal to it.",
    {
      accepts: '`claim=value`',
      default: '`kyc:admin` in `scope` or `scp`',
      example: 'permissions=kyc:admin',
    },
  )
  @IsOptional()
  @Matches(CLAIM_AND_VALUE, { message: '$property must be claim=value, such as permissions=kyc:admin' })
  AUTH_ADMIN?: string;

  @Describe(
    "The column of `users` that holds the token's user id. It needs a unique index. Not together with `USERS_FROM_TOKEN`.",
    { accepts: 'column', default: 'the id column', example: 'auth_id' },
  )
  @IsOptional()
  @ColumnName()
  USERS_TOKEN_COLUMN?: string;

  @Describe(
    'Whether the first request of an unknown user creates the row in `users`. The token then needs an e-mail address that the token does not call unverified. With false, an unknown user gets 404.',
  )
  @Flag()
  @IsBoolean()
  USERS_FROM_TOKEN = false;
}
