import { ConfigService } from '@nestjs/config';
import { type JWTPayload, SignJWT } from 'jose';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { Secrets } from '../config/secrets.ts';
import { TokenRefusedError } from './auth-errors.ts';
import { TokenVerifier } from './token-verifier.ts';

const SECRET = 'a-secret-that-is-at-least-32-characters';
const AUDIENCE = 'kyc-gateway';
type Claims = Record<string, unknown>;
const CLAIMS: Claims = { sub: 'user-1', iss: 'login', exp: Math.floor(Date.now() / 1_000) + 600 };

const tokenOf = (claims: Claims) =>
  new SignJWT({ ...CLAIMS, ...claims } as JWTPayload)
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(SECRET));

function checking(lists: { audiences?: string[]; clientIds?: string[] }): TokenVerifier {
  const auth = {
    issuer: 'login',
    secrets: [SECRET],
    userClaim: 'sub',
    emailClaim: 'email',
    audiences: [],
    clientIds: [],
    ...lists,
  };
  return new TokenVerifier(
    new ConfigService<GatewayConfig, true>({ auth }),
    new Secrets({ auth } as unknown as GatewayConfig),
  );
}
const web = { clientIds: ['web'] };
const both = { clientIds: ['web'], audiences: [AUDIENCE] };

describe('The audience and the client of a token', () => {
  it.each<[string, Parameters<typeof checking>[0], Claims]>([
    ['for the second of two audiences', { audiences: ['other', AUDIENCE] }, { aud: AUDIENCE }],
    ['whose azp is a configured client', { clientIds: ['ios', 'web'] }, { azp: 'web' }],
    ['whose client_id is a configured client', web, { client_id: 'web' }],
    ['for another audience if only clients are checked', web, { aud: 'other', azp: 'web' }],
    ['for the audience and the client if both are checked', both, { aud: AUDIENCE, azp: 'web' }],
  ])('accepts a token %s', async (_, lists, claims) => {
    const principal = await checking(lists).principalOf(await tokenOf(claims));
    expect(principal.userId).toBe('user-1');
  });

  it.each<[string, Parameters<typeof checking>[0], Claims]>([
    ['of another client', web, { azp: 'other' }],
    ['of a client whose name contains the configured one', web, { azp: 'web2' }],
    ['without a client', web, {}],
    ['whose audience is the client', web, { aud: 'web' }],
    ['whose azp is a list', web, { azp: ['web'] }],
    ['whose client_id contradicts its azp', web, { client_id: 'web', azp: 'other' }],
    ['of another client if both are checked', both, { aud: AUDIENCE, azp: 'other' }],
    ['for another audience if both are checked', both, { aud: 'other', azp: 'web' }],
    ['without an audience if both are checked', both, { azp: 'web' }],
  ])('rejects a token %s', async (_, lists, claims) => {
    const token = await tokenOf(claims);
    await expect(checking(lists).principalOf(token)).rejects.toBeInstanceOf(TokenRefusedError);
  });
});
