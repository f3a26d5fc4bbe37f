/** The secrets of a provider's account across rotations. */
export interface SecretList {
  /** All secrets. A prepared secret is the newest and does not sign yet. */
  newestFirst(): readonly string[];
  /** The secrets that have signed webhooks, newest first. */
  signing(): readonly string[];
  /** Creates the secret for the next rotation and returns it. Repeated calls return the same secret. */
  prepare(): string;
  /** Starts to sign with the prepared secret, or with a new one if none is prepared, and returns it. */
  rotate(): string;
}

export function createSecrets(makeSecret: () => string, first = makeSecret()): SecretList {
  let signing: readonly string[] = [first];
  let prepared: string | null = null;
  const prepare = (): string => (prepared ??= makeSecret());
  return {
    newestFirst: () => (prepared === null ? signing : [prepared, ...signing]),
    signing: () => signing,
    prepare,
    rotate() {
      const fresh = prepare();
      signing = [fresh, ...signing];
      prepared = null;
      return fresh;
    },
  };
}
