import {
  ENDINGS,
  type Ending,
  type EventSource,
  type Outcome,
  type Progress,
  PROGRESS,
  type Verdict,
  VERDICTS,
} from './outcome.ts';
import type { RejectionReason } from './rejection-reason.ts';

/** The phase is `open` until the first event. After that, it is the outcome of the event that decides. */
export type Phase = 'open' | Progress | Verdict | Ending;

export interface SessionState {
  readonly phase: Phase;
  readonly reason: RejectionReason | null;
  /** The time of the event that decides. Null if no event decides yet, or if that event has no time. */
  readonly since: Date | null;
}

export interface LedgerEntry {
  readonly eventKey: string;
  readonly outcome: Outcome;
  readonly reason: RejectionReason | null;
  /** The provider's time, which can be wrong. `timeOf` returns the time that counts. */
  readonly occurredAt: Date | null;
  readonly receivedAt: Date;
  readonly source: EventSource;
}

export const INITIAL_STATE: SessionState = { phase: 'open', reason: null, since: null };

/** The phases in which the user can no longer change the session at the provider. */
export const PHASES_OVER: readonly Phase[] = ['approved', 'declined', ...ENDINGS];

/** The state after some events, with what the rules about repeated statements must remember. */
interface Fold extends SessionState {
  /** The provider's latest verdict. */
  readonly verdict: Verdict | null;
  /** The provider's latest verdict or ending. Null after progress, because the same word then is a new statement. */
  readonly statement: Verdict | Ending | null;
  /** An operator has overridden the provider, which has not changed its verdict since. */
  readonly isOverridden: boolean;
}

/** The order of events with the same time. The last one in the list wins, so the more careful verdict beats the other. */
const RANK: readonly Outcome[] = [
  'unknown',
  'noted',
  'started',
  'submitted',
  'failed',
  'abandoned',
  'expired',
  'approved',
  'resubmission_requested',
  'in_review',
  'declined',
];

/**
 * Computes the state of a session from its events, in the order of their times. The result does not depend on the order
 * in which the events are given, or on repeated events.
 *
 * Two kinds of statements change nothing (docs/adr/0016-order-and-repetition.md):
 * - A verdict or an ending that is read again: the provider's latest one, and the provider has reported no progress since.
 *   A read can be dated by the last change of the provider's object, which is later than the decision.
 * - While an operator's override is in force, the provider's latest verdict or ending, whether it is read or delivered.
 */
export function foldSession(entries: readonly LedgerEntry[]): SessionState {
  const start: Fold = { ...INITIAL_STATE, verdict: null, statement: null, isOverridden: false };
  const { phase, reason, since } = entries.toSorted(byTime).reduce(step, start);
  return { phase, reason, since };
}

/**
 * The time of an event: the provider's time, but no later than the arrival, because a provider's clock can be wrong. Null
 * if the provider gave no time. Then the event counts as older than every event with a time.
 */
export function timeOf({
  occurredAt,
  receivedAt,
}: Pick<LedgerEntry, 'occurredAt' | 'receivedAt'>): Date | null {
  return occurredAt !== null && occurredAt > receivedAt ? receivedAt : occurredAt;
}

export function isOver(phase: Phase): boolean {
  return PHASES_OVER.includes(phase);
}

export function isContinuable(phase: Phase): boolean {
  return phase === 'open' || phase === 'started' || phase === 'resubmission_requested';
}

function step(before: Fold, entry: LedgerEntry): Fold {
  const isProviders = entry.source === 'webhook' || entry.source === 'poll';
  const fold = isProviders ? { ...before, ...statementsAfter(before, entry.outcome) } : before;
  const { outcome, source } = entry;
  if ((isProviders && isRepetition(before, entry)) || !changes(before, outcome, source)) return fold;
  return {
    ...fold,
    phase: outcome,
    reason: reasonOf(entry),
    since: timeOf(entry),
    isOverridden: isOneOf(VERDICTS, outcome) ? source === 'operator' : before.isOverridden,
  };
}

function statementsAfter(fold: Fold, outcome: Outcome): Pick<Fold, 'verdict' | 'statement'> {
  if (isOneOf(VERDICTS, outcome)) return { verdict: outcome, statement: outcome };
  if (isOneOf(ENDINGS, outcome)) return { verdict: fold.verdict, statement: outcome };
  return { verdict: fold.verdict, statement: isOneOf(PROGRESS, outcome) ? null : fold.statement };
}

function isRepetition({ verdict, statement, isOverridden }: Fold, { outcome, source }: LedgerEntry): boolean {
  if (isOverridden && (outcome === verdict || outcome === statement)) return true;
  // A provider can request several resubmissions in a row. Each request has its own time.
  return source === 'poll' && outcome === statement && outcome !== 'resubmission_requested';
}

function changes(
  { phase, isOverridden }: Fold,
  outcome: Outcome,
  source: EventSource,
): outcome is Exclude<Outcome, 'noted' | 'unknown'> {
  if (isOneOf(VERDICTS, outcome)) return true;
  const isDecided = phase === 'approved' || phase === 'declined';
  // An operator ends a session to withdraw an operator's decision. Any other ending only means that the session is over.
  if (isDecided && isOverridden && source === 'operator') return isOneOf(ENDINGS, outcome);
  if (isOneOf(PROGRESS, outcome)) return !isDecided && phase !== 'in_review';
  // During a review the user has nothing to do, so running out of time does not end the session.
  if (outcome === 'expired' || outcome === 'abandoned') return !isDecided && phase !== 'in_review';
  return outcome === 'failed' && !isDecided;
}

function reasonOf(entry: LedgerEntry): RejectionReason | null {
  const hasReason = entry.outcome === 'declined' || entry.outcome === 'resubmission_requested';
  return hasReason ? (entry.reason ?? 'other') : null;
}

/** A total order, so that the result depends only on the set of events. */
function byTime(a: LedgerEntry, b: LedgerEntry): number {
  return (
    millisecondsOf(a) - millisecondsOf(b) ||
    RANK.indexOf(a.outcome) - RANK.indexOf(b.outcome) ||
    (a.eventKey < b.eventKey ? -1 : a.eventKey > b.eventKey ? 1 : 0)
  );
}

/** Returns a finite number even for an event without a time, because -Infinity minus -Infinity is NaN. */
function millisecondsOf(entry: LedgerEntry): number {
  return timeOf(entry)?.getTime() ?? Number.MIN_SAFE_INTEGER;
}

function isOneOf<T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word);
}
