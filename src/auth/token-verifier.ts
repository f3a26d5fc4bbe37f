import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { errors, type JWTPayload, type JWTVerifyOptions } from 'jose';
import { CurrentAgent, replaceAgent } from '../common/outbound-agent.ts';
import { reasonOf } from '../common/reason-of.ts';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { Secrets } from '../config/secrets.ts';
import { KeysUnavailableError, TokenRefusedError } from './auth-errors.ts';
import { emailOf, userIdOf } from './claims.ts';
import { type RemoteKeys, remoteKeys } from './remote-keys.ts';
import { scopesOf } from './scopes.ts';
import { TokenKeys } from './token-keys.ts';
import { isGuessable, requireUsableKeys } from './usable-keys.ts';

export interface Principal {
  userId: string;
  /** Null if the token has no usable address, or says that the address is not verified. */
  email: string | null;
  scopes: readonly string[];
  expiresAt: Date;
}

const CLOCK_TOLERANCE_SECONDS = 5;
/** The last second of the year 9999. A later expiry is a mistake of the issuer, and no Date can hold the largest ones. */
const LATEST_EXPIRY = 253_402_300_799;

/** After these errors of jose, the keys are not available, but the token may be valid. */
const KEY_FAILURES = new Set(['ERR_JWKS_TIMEOUT', 'ERR_JOSE_GENERIC', 'ERR_JWKS_INVALID']);

@Injectable()
export class TokenVerifier implements OnApplicationBootstrap {
  private readonly logger = new Logger(TokenVerifier.name);
  private readonly settings: GatewayConfig['auth'];
  private readonly keySet: RemoteKeys | undefined;
  private readonly keys: () => TokenKeys;
  private readonly rules: JWTVerifyOptions;

  constructor(config: ConfigService<GatewayConfig, true>, secrets: Secrets) {
    this.settings = config.get('auth', { infer: true });
    const { issuer, audiences, tokenType, jwksUrl } = this.settings;
    if (jwksUrl !== undefined) {
      const agent = secrets.derive(({ outboundProxy }) => outboundProxy, replaceAgent);
      const dispatcher = new CurrentAgent(agent);
      this.keySet = remoteKeys(new URL(jwksUrl), dispatcher, (error) =>
        this.report('auth.keys_not_refreshed', error),
      );
    }
    this.keys = secrets.derive(
      ({ auth }) => auth.secrets,
      (shared) => new TokenKeys(shared, this.keySet),
    );
    this.rules = {
      issuer,
      ...(audiences.length === 0 ? {} : { audience: [...audiences] }),
      requiredClaims: ['exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
      ...(tokenType === undefined ? {} : { typ: tokenType }),
    };
  }

  /** A start does not depend on the issuer, so it does not wait for the keys. A wrong URL shows in the log at once. */
  onApplicationBootstrap(): void {
    if (this.settings.secrets.some(isGuessable)) {
      this.logger.warn({ event: 'auth.weak_secret', variable: 'AUTH_JWT_SECRET' });
    }
    void this.readKeys();
  }

  /**
   * @throws TokenRefusedError if the token is not valid
   * @throws KeysUnavailableError if the issuer's keys cannot be read
   */
  async principalOf(token: string): Promise<Principal> {
    let claims: JWTPayload;
    try {
      claims = await this.keys().verify(token, this.rules);
    } catch (cause) {
      if (isKeyFailure(cause)) throw new KeysUnavailableError('the key set cannot be read', { cause });
      throw new TokenRefusedError('the token was refused', { cause });
    }
    const { userClaim, emailClaim, admin } = this.settings;
    if (!this.isOfClient(claims)) throw new TokenRefusedError('the token is issued to another client');
    const userId = userIdOf(claims, userClaim);
    if (userId === null) throw new TokenRefusedError(`the token has no usable ${userClaim}`);
    const { exp } = claims;
    if (exp === undefined || exp > LATEST_EXPIRY) throw new TokenRefusedError('the token has no usable exp');
    return {
      userId,
      email: emailOf(claims, emailClaim),
      scopes: scopesOf(claims, admin),
      expiresAt: new Date(exp * 1_000),
    };
  }

  /** Issuers name the client in `client_id` (RFC 9068) or `azp` (OpenID Connect), and some in both. */
  private isOfClient({ client_id: clientId, azp }: JWTPayload): boolean {
    const { clientIds } = this.settings;
    if (clientIds.length === 0) return true;
    const named = [clientId, azp].filter((client) => client !== undefined);
    return named.length > 0 && named.every((client) => clientIds.includes(client as string));
  }

  private async readKeys(): Promise<void> {
    if (this.keySet === undefined) return;
    try {
      await requireUsableKeys(await this.keySet.read());
    } catch (error) {
      this.report('auth.keys_not_read', error);
    }
  }

  private report(event: string, error: unknown): void {
    // The cause says what `fetch failed` does not: the host is unknown, or the connection was refused.
    const reasons = [error, (error as Error).cause].filter((reason) => reason !== undefined);
    this.logger.warn({ event, variable: 'AUTH_JWKS_URL', reason: reasons.map(reasonOf).join(': ') });
  }
}

function isKeyFailure(error: unknown): boolean {
  return !(error instanceof errors.JOSEError) || KEY_FAILURES.has(error.code);
}
