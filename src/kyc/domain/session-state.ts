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

/** Where a session stands: freshly `open`, or at the outcome that decides. */
export type Phase = 'open' | Progress | Verdict | Ending;

export interface SessionState {
  readonly phase: Phase;
  /** The public reason of a rejection or of a resubmission, else null. */
  readonly reason: RejectionReason | null;
  /** The provider's time of the event that decides; null while none does, or if it names no time. */
  readonly since: Date | null;
}

/** One event of a session as the ledger holds it. */
export interface LedgerEntry {
  readonly eventKey: string;
  readonly outcome: Outcome;
  readonly reason: RejectionReason | null;
  /** The provider's time; null counts as older than every dated event. */
  readonly occurredAt: Date | null;
}

export const FRESH: SessionState = { phase: 'open', reason: null, since: null };

/** Events of the same instant take effect in this order: the later in the list wins, so a decline beats an approval. */
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

/**
 * The rule: a session's state is a fold over its events in the provider's time order, so that any order of arrival,
 * any repetition and any late event end in the same state.
 */
export function foldSession(entries: readonly LedgerEntry[]): SessionState {
  return entries.toSorted(byProviderTime).reduce(step, FRESH);
}

/** Whether nothing the user does at the provider can move this session any more. */
export function isOver(phase: Phase): boolean {
  return phase === 'approved' || phase === 'declined' || isOneOf(ENDINGS, phase);
}

/** Whether the user can be led back into the session. */
export function isContinuable(phase: Phase): boolean {
  return phase === 'open' || phase === 'started' || phase === 'resubmission_requested';
}

function step(state: SessionState, entry: LedgerEntry): SessionState {
  if (!moves(state.phase, entry.outcome)) return state;
  return { phase: entry.outcome, reason: reasonOf(entry), since: entry.occurredAt };
}

function moves(phase: Phase, outcome: Outcome): outcome is Exclude<Outcome, 'noted' | 'unknown'> {
  if (isOneOf(VERDICTS, outcome)) return true;
  const isJudged = phase === 'approved' || phase === 'declined';
  if (isOneOf(PROGRESS, outcome)) return !isJudged && phase !== 'in_review';
  // A review is in the provider's hands, so the user's time running out does not end it.
  if (outcome === 'expired' || outcome === 'abandoned') return !isJudged && phase !== 'in_review';
  return outcome === 'failed' && !isJudged;
}

function reasonOf(entry: LedgerEntry): RejectionReason | null {
  const isExplained = entry.outcome === 'declined' || entry.outcome === 'resubmission_requested';
  return isExplained ? (entry.reason ?? 'other') : null;
}

/** A total order, so that the result depends on nothing but the set of events. */
function byProviderTime(a: LedgerEntry, b: LedgerEntry): number {
  return (
    timeOf(a) - timeOf(b) ||
    RANK.indexOf(a.outcome) - RANK.indexOf(b.outcome) ||
    (a.eventKey < b.eventKey ? -1 : a.eventKey > b.eventKey ? 1 : 0)
  );
}

/** Finite also for undated events: -Infinity minus itself would not compare. */
function timeOf(entry: LedgerEntry): number {
  return entry.occurredAt?.getTime() ?? Number.MIN_SAFE_INTEGER;
}

function isOneOf<T extends string>(words: readonly T[], word: string): word is T {
  return (words as readonly string[]).includes(word);
}
