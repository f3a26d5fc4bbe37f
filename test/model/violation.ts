/** A broken invariant. Failures with the same shape probably have the same cause. */
export class Violation extends Error {
  override readonly name = 'Violation';

  constructor(
    readonly invariant: Invariant,
    /** Few words without ids and times. */
    readonly shape: string,
    details: object = {},
  ) {
    super(`${invariant}: ${shape}\n${JSON.stringify(details, null, 1)}`);
  }

  get signature(): string {
    return `${this.invariant}: ${this.shape}`;
  }
}

export type Invariant =
  'projection' | 'verified' | 'stuck' | 'mail' | 'sessions' | 'erasure' | 'waiting' | 'answer' | 'crash';
