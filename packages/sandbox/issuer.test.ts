import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import { startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

const verify = (token: string) =>
  jwtVerify(token, createRemoteJWKSet(new URL(sandbox.issuer.jwksUrl)), {
    issuer: sandbox.issuer.issuer,
    audience: sandbox.issuer.audience,
  });

it('The token issuer signs tokens that its key set verifies', async () => {
  const token = await sandbox.issuer.tokenFor({ sub: 'user_42', email: 'jane@example.org' });
  const { payload, protectedHeader } = await verify(token);
  expect(payload).toMatchObject({ sub: 'user_42', email: 'jane@example.org' });
  expect(protectedHeader.alg).toBe('ES256');
});

it('The token issuer adds the requested scope to a token', async () => {
  const token = await sandbox.issuer.tokenFor({ sub: 'operator_7' }, { scope: 'openid kyc:admin' });
  const { payload } = await verify(token);
  expect(payload['scope']).toBe('openid kyc:admin');
});

it.each([
  ['expired', { expiresInSeconds: -60 }, errors.JWTExpired],
  ['for another audience', { audience: 'other' }, errors.JWTClaimValidationFailed],
  ['from another issuer', { issuer: 'https://other.example' }, errors.JWTClaimValidationFailed],
])('The token issuer can sign a token that is %s', async (_case, options, message) => {
  const token = await sandbox.issuer.tokenFor({ sub: 'user_42' }, options);
  await expect(verify(token)).rejects.toThrow(message);
});
