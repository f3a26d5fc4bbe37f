import {
  createRemoteJWKSet,
  type CryptoKey,
  customFetch,
  type FetchImplementation,
  type JWK,
  type JWTVerifyGetKey,
} from 'jose';
import { type Dispatcher, fetch, type RequestInit } from 'undici';

const TIMEOUT_MS = 3_000;
/** The keys are read again after this time, so that a new key of the issuer is known before its first token. */
const REFRESH_AFTER_MS = 10 * 60_000;
/** While the issuer fails, the last keys stay usable for this long. It bounds how long a withdrawn key is accepted. */
const USABLE_FOR_MS = 24 * 60 * 60_000;
/** The shortest time between two reads, so that requests do not wait for an issuer that is down. */
const PAUSE_MS = 5_000;

/** Rejects with jose's errors, or with an Error if the issuer cannot be reached. */
export interface RemoteKeys {
  (...parameters: Parameters<JWTVerifyGetKey>): Promise<CryptoKey>;
  /**
   * Reads the keys now, so that the first token does not wait, and returns them. After a failure, the next token reads
   * them again.
   */
  read(): Promise<readonly JWK[]>;
}

/** Returns the public keys of the token issuer, which are read when a token needs them. */
export function remoteKeys(
  url: URL,
  dispatcher: Dispatcher,
  onRefreshFailed: (error: unknown) => void,
): RemoteKeys {
  const load = (address: string, options: object) =>
    fetch(address, { ...(options as RequestInit), dispatcher }) as unknown as ReturnType<FetchImplementation>;
  let nextReadAt = 0;
  let refreshAt = 0;
  const keys = createRemoteJWKSet(url, {
    timeoutDuration: TIMEOUT_MS,
    cacheMaxAge: USABLE_FOR_MS,
    [customFetch]: async (address, options) => {
      if (Date.now() < nextReadAt) throw new Error('the issuer was called a moment ago');
      nextReadAt = Date.now() + PAUSE_MS;
      refreshAt = Date.now() + REFRESH_AFTER_MS;
      return load(address, options);
    },
  });
  const keyFor = (...[header, token]: Parameters<JWTVerifyGetKey>) => {
    if (keys.fresh && Date.now() >= refreshAt) {
      keys.reload().catch((error: unknown) => {
        refreshAt = nextReadAt;
        onRefreshFailed(error);
      });
    }
    return keys(header, token);
  };
  const read = async () => {
    try {
      await keys.reload();
    } catch (error) {
      nextReadAt = 0;
      throw error;
    }
    return keys.jwks()?.keys ?? [];
  };
  return Object.assign(keyFor, { read });
}
