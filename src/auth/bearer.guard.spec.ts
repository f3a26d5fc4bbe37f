import type { ExecutionContext } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { FastifyRequest } from 'fastify';
import { SignJWT } from 'jose';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { Secrets } from '../config/secrets.ts';
import { TokenRefusedError } from './auth-errors.ts';
import { BearerGuard, principalOf } from './bearer.guard.ts';
import { TokenVerifier } from './token-verifier.ts';

const secret = 'a-secret-that-is-at-least-32-characters';
const auth = {
  issuer: 'login',
  audiences: ['kyc'],
  clientIds: [],
  secrets: [secret],
  userClaim: 'sub',
  emailClaim: 'email',
};

const config = new ConfigService<GatewayConfig, true>({ auth });
const guard = new BearerGuard(new TokenVerifier(config, new Secrets({ auth } as unknown as GatewayConfig)));
const contextOf = (request: FastifyRequest) =>
  ({ switchToHttp: () => ({ getRequest: () => request }) }) as unknown as ExecutionContext;
const requestWith = (authorization?: string) => ({ headers: { authorization } }) as FastifyRequest;

const token = (claims: Record<string, unknown> = {}) =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject('user-1')
    .setIssuer('login')
    .setAudience('kyc')
    .setExpirationTime('1h')
    .sign(new TextEncoder().encode(secret));

describe('BearerGuard', () => {
  it.each(['Bearer', 'bearer'])('accepts a valid token after %s and stores its principal', async (scheme) => {
    const request = requestWith(`${scheme} ${await token()}`);
    await guard.canActivate(contextOf(request));
    expect(principalOf(request).userId).toBe('user-1');
  });

  it.each<[string, (good: string) => string | undefined]>([
    ['no header', () => undefined],
    ['a header with another scheme', (good) => `Basic ${good}`],
    ['a header without a scheme', (good) => good],
    ['a header with two tokens', (good) => `Bearer ${good}, Bearer ${good}`],
    ['a token with an empty signature', (good) => `Bearer ${good.replace(/[^.]+$/, '')}`],
    ['an encrypted token', (good) => `Bearer ${good}.AAAA.AAAA`],
  ])('rejects a request with %s', async (_, header) => {
    const request = requestWith(header(await token()));
    await expect(guard.canActivate(contextOf(request))).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('rejects a token of more than 8192 characters even if it is valid', async () => {
    const request = requestWith(`Bearer ${await token({ roles: 'x'.repeat(8_192) })}`);
    await expect(guard.canActivate(contextOf(request))).rejects.toBeInstanceOf(TokenRefusedError);
  });

  it('provides no principal for a request that it did not check', () => {
    expect(() => principalOf(requestWith())).toThrow(TokenRefusedError);
  });
});
