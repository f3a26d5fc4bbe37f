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

it('signs tokens that its key set verifies', async () => {
  const token = await sandbox.issuer.tokenFor({ sub: 'user_42', email: 'jane@example.org' });
  const { payload, protectedHeader } = await verify(token);
  expect(payload).toMatchObject({ sub: 'user_42', email: 'jane@example.org' });
  expect(protectedHeader.alg).toBe('ES256');
});

it('makes tokens that allow more, where they are asked to', async () => {
  const token = await sandbox.issuer.tokenFor({ sub: 'operator_7' }, { scope: 'openid kyc:admin' });
  const { payload } = await verify(token);
  expect(payload['scope']).toBe('openid kyc:admin');
});

it.each([
  ['expired', { expiresInSeconds: -60 }, errors.JWTExpired],
  ['for somebody else', { audience: 'other' }, errors.JWTClaimValidationFailed],
  ['from somebody else', { issuer: 'https://other.example' }, errors.JWTClaimValidationFailed],
])('makes tokens that are %s', async (_what, options, refusal) => {
  const token = await sandbox.issuer.tokenFor({ sub: 'user_42' }, options);
  await expect(verify(token)).rejects.toThrow(refusal);
});
