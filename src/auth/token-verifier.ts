import { Injectable, Logger } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { errors, type JWTPayload, jwtVerify, type JWTVerifyOptions } from 'jose';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { KeysUnavailableError, TokenRefusedError } from './auth-errors.ts';
import { remoteKeys } from './remote-keys.ts';
import { scopesOf } from './scopes.ts';

export interface Principal {
  userId: string;
  /** Null if the token has no usable address, or says that the address is not verified. */
  email: string | null;
  scopes: readonly string[];
  expiresAt: Date;
}

/** An explicit list excludes `none` and symmetric algorithms, which an attacker could use with a public key. */
const JWKS_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
];
const CLOCK_TOLERANCE_SECONDS = 5;
/** The last second of the year 9999. A later expiry is a mistake of the issuer, and no Date can hold the largest ones. */
const LATEST_EXPIRY = 253_402_300_799;

/** After these errors of jose, the keys are not available, but the token may be valid. */
const KEY_FAILURES = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID']);

@Injectable()
export class TokenVerifier {
  private readonly logger = new Logger(TokenVerifier.name);
  private readonly clientIds: readonly string[];
  private readonly verify: (token: string) => Promise<JWTPayload>;

  constructor(config: ConfigService<GatewayConfig, true>) {
    const { issuer, audiences, clientIds, tokenType, jwksUrl, secret } = config.get('auth', { infer: true });
    this.clientIds = clientIds;
    const pinned: JWTVerifyOptions = {
      issuer,
      ...(audiences.length === 0 ? {} : { audience: [...audiences] }),
      requiredClaims: ['sub', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      ...(tokenType === undefined ? {} : { typ: tokenType }),
    };
    if (jwksUrl !== undefined) {
      const keys = remoteKeys(new URL(jwksUrl), (error) => this.reportStaleKeys(error));
      this.verify = async (token) =>
        (await jwtVerify(token, keys, { ...pinned, algorithms: JWKS_ALGORITHMS })).payload;
    } else {
      const key = new TextEncoder().encode(secret);
      this.verify = async (token) =>
        (await jwtVerify(token, key, { ...pinned, algorithms: ['HS256'] })).payload;
    }
  }

  /**
   * @throws TokenRefusedError if the token is not valid
   * @throws KeysUnavailableError if the issuer's keys cannot be read
   */
  async principalOf(token: string): Promise<Principal> {
    let claims: JWTPayload;
    try {
      claims = await this.verify(token);
    } catch (cause) {
      if (isKeyFailure(cause)) throw new KeysUnavailableError('the key set cannot be read', { cause });
      throw new TokenRefusedError('the token was refused', { cause });
    }
    if (!this.isOfClient(claims)) throw new TokenRefusedError('the token is issued to another client');
    const { sub, exp, email, email_verified: isVerified } = claims;
    if (typeof sub !== 'string' || sub === '' || sub.length > 255) {
      throw new TokenRefusedError('the token has no usable sub');
    }
    if (exp === undefined || exp > LATEST_EXPIRY) throw new TokenRefusedError('the token has no usable exp');
    // Some issuers send the claim as a string.
    const isUsable = isVerified !== false && isVerified !== 'false' && isAddress(email);
    return {
      userId: sub,
      email: isUsable ? email : null,
      scopes: scopesOf(claims),
      expiresAt: new Date(exp * 1_000),
    };
  }

  /** Issuers name the client in `client_id` (RFC 9068) or `azp` (OpenID Connect), and some in both. */
  private isOfClient({ client_id: clientId, azp }: JWTPayload): boolean {
    if (this.clientIds.length === 0) return true;
    const named = [clientId, azp].filter((client) => client !== undefined);
    return named.length > 0 && named.every((client) => this.clientIds.includes(client as string));
  }

  private reportStaleKeys(error: unknown): void {
    const reason = error instanceof Error ? error.message : 'not an error';
    this.logger.warn({ event: 'auth.keys_not_refreshed', reason });
  }
}

function isKeyFailure(error: unknown): boolean {
  return !(error instanceof errors.JOSEError) || KEY_FAILURES.has(error.code);
}

/** Rejects line breaks and lists, which must not reach mail headers. The platform has validated the rest. */
function isAddress(text: unknown): text is string {
  return typeof text === 'string' && text.length <= 320 && /^[^\s<>,;"]+@[^\s<>,;"@]+$/.test(text);
}
