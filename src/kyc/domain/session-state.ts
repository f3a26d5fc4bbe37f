import {
  ENDINGS,
  type Ending,
  type Outcome,
  type Progress,
  PROGRESS,
  type RejectionReason,
  type Verdict,
  VERDICTS,
} from './outcome.ts';

/** The phase is `open` until the first event. After that, it is the outcome of the event that decides. */
export type Phase = 'open' | Progress | Verdict | Ending;

export interface SessionState {
  readonly phase: Phase;
  readonly reason: RejectionReason | null;
  /**
   * The provider's time of the event that decides. Null if no event decides yet, or if the deciding event has no time.
   */
  readonly since: Date | null;
}

export interface LedgerEntry {
  readonly eventKey: string;
  readonly outcome: Outcome;
  readonly reason: RejectionReason | null;
  /** The provider's time. An event without a time counts as older than every dated event. */
  readonly occurredAt: Date | null;
}

export const INITIAL_STATE: SessionState = { phase: 'open', reason: null, since: null };

/**
 * The order of events with the same time. The event whose outcome comes last in this list wins, so a decline beats an
 * approval.
 */
const RANK: readonly Outcome[] = [
  'unknown',
  'noted',
  'started',
  'submitted',
  'failed',
  'abandoned',
  'expired',
  'resubmission_requested',
  'in_review',
  'approved',
  'declined',
];

/** Orders the events by the provider's time. Neither the order of arrival nor a repeated event changes the result. */
export function foldSession(entries: readonly LedgerEntry[]): SessionState {
  return entries.toSorted(byProviderTime).reduce(step, INITIAL_STATE);
}

export function isOver(phase: Phase): boolean {
  return phase === 'approved' || phase === 'declined' || isOneOf(ENDINGS, phase);
}

export function isContinuable(phase: Phase): boolean {
  return phase === 'open' || phase === 'started' || phase === 'resubmission_requested';
}

function step(state: SessionState, entry: LedgerEntry): SessionState {
  if (!changes(state.phase, entry.outcome)) return state;
  return { phase: entry.outcome, reason: reasonOf(entry), since: entry.occurredAt };
}

function changes(phase: Phase, outcome: Outcome): outcome is Exclude<Outcome, 'noted' | 'unknown'> {
  if (isOneOf(VERDICTS, outcome)) return true;
  const isDecided = phase === 'approved' || phase === 'declined';
  if (isOneOf(PROGRESS, outcome)) return !isDecided && phase !== 'in_review';
  // During a review the user has nothing to do, so running out of time does not end the session.
  if (outcome === 'expired' || outcome === 'abandoned') return !isDecided && phase !== 'in_review';
  return outcome === 'failed' && !isDecided;
}

function reasonOf(entry: LedgerEntry): RejectionReason | null {
  const hasReason = entry.outcome === 'declined' || entry.outcome === 'resubmission_requested';
  return hasReason ? (entry.reason ?? 'other') : null;
}

/** The order is total, so that the result depends only on the set of events. */
function byProviderTime(a: LedgerEntry, b: LedgerEntry): number {
  return (
    timeOf(a) - timeOf(b) ||
    RANK.indexOf(a.outcome) - RANK.indexOf(b.outcome) ||
    (a.eventKey < b.eventKey ? -1 : a.eventKey > b.eventKey ? 1 : 0)
  );
}

/** Returns a finite number even for an event without a time, because -Infinity minus -Infinity is NaN. */
function timeOf(entry: LedgerEntry): number {
  return entry.occurredAt?.getTime() ?? Number.MIN_SAFE_INTEGER;
}

function isOneOf<T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word);
}
