import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import type { TokenIssuer } from './contract.ts';
import type { Site } from './provider/emulator.ts';

/** Stands in for the platform's login: one new ES256 key per start, and its JWKS. */
export async function createIssuer(site: Site): Promise<TokenIssuer & { jwks(): { keys: JWK[] } }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const kid = crypto.randomUUID();
  const jwk: JWK = { ...(await exportJWK(publicKey)), kid, alg: 'ES256', use: 'sig' };
  const audience = 'kyc-gateway';
  const issuerUrl = () => `${site.url}/issuer`;

  return {
    get issuer() {
      return issuerUrl();
    },
    audience,
    get jwksUrl() {
      return `${issuerUrl()}/.well-known/jwks.json`;
    },
    jwks: () => ({ keys: [jwk] }),
    tokenFor(user, options = {}) {
      const expiresAt = Math.floor(Date.now() / 1000) + (options.expiresInSeconds ?? 3600);
      // Real tokens are issued before they expire, so an expired one gets an earlier time of issue.
      const issuedAt = Math.min(Math.floor(Date.now() / 1000), expiresAt - 1);
      const { sub, ...claims } = user;
      const { scope } = options;
      return new SignJWT({
        ...claims,
        ...(scope === undefined ? {} : { scope }),
      })
        .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
        .setSubject(sub)
        .setIssuer(options.issuer ?? issuerUrl())
        .setAudience(options.audience ?? audience)
        .setIssuedAt(issuedAt)
        .setExpirationTime(expiresAt)
        .sign(privateKey);
    },
  };
}
