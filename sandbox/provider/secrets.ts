/** The secrets that sign a provider's webhooks, as they change in the course of rotations. */
export interface SecretList {
  newestFirst(): readonly string[];
  /** Adds a new one, which signs from now on, and returns it. */
  rotate(): string;
}

export function createSecrets(makeSecret: () => string): SecretList {
  let secrets: readonly string[] = [makeSecret()];
  return {
    newestFirst: () => secrets,
    rotate() {
      const fresh = makeSecret();
      secrets = [fresh, ...secrets];
      return fresh;
    },
  };
}
