import type { Outcome, ProviderName } from '../../packages/sandbox/sandbox.ts';

/**
 * One step of a history, as plain data, so that a failing history is printed as a list that can be pasted into a test.
 * `user` counts from 0. A step that makes no sense at its place (a verdict for a user without a session) does nothing,
 * so that every part of a history is a history.
 */
export type Step =
  /** The user starts or resumes, at the replica whose KYC_PROVIDER is `provider`. */
  | { step: 'start'; user: number; provider: ProviderName; trouble?: StartTrouble }
  /** The provider decides about the user's newest session, or about an older one. */
  | {
      step: 'verdict';
      user: number;
      outcome: Outcome;
      reason?: string;
      delivery?: Delivery;
      time?: EventTime;
      /** 0, the default, is the newest session of the user. */
      older?: number;
      /** The mail server rejects the first mail that follows. */
      mailFails?: true;
    }
  /** Onfido changes the run without a new verdict, for example because of a tag. */
  | { step: 'touch'; user: number }
  /** Onfido announces a check whose verdict must be read. */
  | { step: 'check'; user: number; delivery?: Delivery }
  /** Delivers the n-th webhook that was held back. */
  | { step: 'deliver'; which: number }
  /** Delivers a webhook again that was delivered before. */
  | { step: 'redeliver'; which: number }
  | { step: 'advance'; by: keyof typeof ADVANCES }
  /** The user returns from the provider's page, and the platform's page asks for the status. */
  | { step: 'return'; user: number }
  /** An operator has the sessions of the user read. */
  | { step: 'reconcile'; user: number }
  /** The periodic reconciliation, and the retries of all jobs. */
  | { step: 'periodic' }
  /** Retries of all jobs. */
  | { step: 'retries' }
  | { step: 'override'; user: number; status: 'verified' | 'rejected' | 'pending' }
  /** An operator accepts the user's newest late verdict. */
  | { step: 'acceptLate'; user: number }
  | { step: 'erase'; user: number; by?: 'operator'; trouble?: EraseTrouble }
  | { step: 'changeEmail'; user: number }
  | { step: 'deleteUser'; user: number }
  | { step: 'mailServer'; works: boolean }
  | { step: 'provider'; provider: ProviderName; works: boolean }
  | { step: 'retention' }
  /**
   * A replica dies this long after another step has called it. The model simulates its death in this process, or really
   * kills a process.
   */
  | { step: 'kill'; replica: ProviderName; afterMs: number; during: Step; isProcess?: true }
  /** All of them at the same time. */
  | { step: 'together'; steps: Step[] };

/** `held`: a later step delivers it. `lost`: it is never delivered. */
export type Delivery = 'now' | 'twice' | 'held' | 'lost';

/** The provider's time of an event: now, the same as that of the event before, far in the future, or none. */
export type EventTime = 'now' | 'same' | 'future' | 'none';

/**
 * `drop`: the provider creates the session and the connection breaks. `notFound`: the provider answers 404. `down`: it
 * accepts no call. `early`: the session is approved, and the webhook arrives before the response. `crash`: the replica dies
 * before it receives the response.
 */
export type StartTrouble = 'drop' | 'notFound' | 'down' | 'early' | 'crash';

/** `down`: the provider accepts no call. `locked`: the user's row is locked, and another user's webhook arrives. */
export type EraseTrouble = 'down' | 'locked';

export interface Settings {
  keepsDecision: boolean;
  maxAttempts: number;
  /** KYC_FALLBACK_PROVIDERS names the other providers. */
  hasFallbacks?: true;
}

export interface History {
  settings: Settings;
  steps: readonly Step[];
}

const MINUTE_MS = 60_000;

export const ADVANCES = {
  '20 minutes': 20 * MINUTE_MS,
  '25 hours': 25 * 60 * MINUTE_MS,
  '8 days': 8 * 24 * 60 * MINUTE_MS,
} as const;

/** A history as TypeScript, to be pasted into a test. */
export function printHistory({ settings, steps }: History): string {
  const lines = steps.map((step) => `  ${printed(step)},`);
  return `await runHistory(\n [\n${lines.join('\n')}\n ],\n ${printed(settings)},\n);`;
}

function printed(value: object): string {
  const fields = Object.entries(value).map(([name, field]) => `${name}: ${literal(field)}`);
  return `{ ${fields.join(', ')} }`;
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((each: object) => printed(each)).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return printed(value);
  return typeof value === 'string' ? `'${value}'` : String(value);
}
