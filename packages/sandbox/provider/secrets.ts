/** The secrets of a provider's account, as they change in the course of rotations. */
export interface SecretList {
  /** All that the provider knows; one that is prepared is the newest, and signs nothing yet. */
  newestFirst(): readonly string[];
  /** Those that have signed webhooks so far, newest first. */
  signing(): readonly string[];
  /** Makes the one that the next rotation begins to use, and returns it; the same one until then. */
  prepare(): string;
  /** Signs with the prepared one from now on, or with a new one if none was, and returns it. */
  rotate(): string;
}

export function createSecrets(makeSecret: () => string): SecretList {
  let signing: readonly string[] = [makeSecret()];
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
