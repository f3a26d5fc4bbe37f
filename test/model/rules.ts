/**
 * The rules in words, implemented once more and without any code of the gateway:
 *
 * - The events of a session are ordered by the provider's time, but none is later than its arrival. An event without a
 *   time is older than every other.
 * - At the same time the more careful verdict wins: declined, in_review, resubmission_requested, approved. Among equal
 *   verdicts the event key decides.
 * - The last verdict counts. After in_review only a failure ends the session. After a request to submit again, or before
 *   any verdict, the session follows the last progress or ending.
 * - An operator's decision loses only to a verdict that differs from the provider's last one before it.
 * - A verdict or ending that is read again is the one that the ledger holds already. A request to submit again can repeat.
 */
export interface RuleEvent {
  key: string;
  outcome: string;
  reason: string | null;
  occurredAt: number | null;
  receivedAt: number;
  source: 'webhook' | 'poll' | 'gateway' | 'operator';
}

export interface Standing {
  phase: string;
  reason: string | null;
}

const VERDICTS = ['approved', 'resubmission_requested', 'in_review', 'declined'];
const OTHERS = ['started', 'submitted', 'failed', 'abandoned', 'expired'];
const CARE = [...OTHERS, ...VERDICTS];
const OPEN: Standing = { phase: 'open', reason: null };

export function standingAfter(events: readonly RuleEvent[]): Standing {
  const ordered = events
    .filter(({ outcome }) => CARE.includes(outcome))
    .toSorted(
      (a, b) =>
        timeOf(a) - timeOf(b) ||
        CARE.indexOf(a.outcome) - CARE.indexOf(b.outcome) ||
        (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
    );
  const deciding = withoutRepetitions(ordered);
  const lastVerdict = deciding.findLastIndex(isVerdict);
  const verdict = deciding[lastVerdict];
  const later = deciding.slice(lastVerdict + 1);
  switch (verdict?.outcome) {
    case 'approved':
      return { phase: 'approved', reason: null };
    case 'declined':
      return { phase: 'declined', reason: verdict.reason ?? 'other' };
    case 'in_review': {
      const failure = later.findIndex(({ outcome }) => outcome === 'failed');
      const last = failure === -1 ? undefined : later.slice(failure).at(-1);
      return { phase: last?.outcome ?? 'in_review', reason: null };
    }
    default: {
      const last = later.at(-1);
      if (last !== undefined) return { phase: last.outcome, reason: null };
      return verdict === undefined ? OPEN : { phase: verdict.outcome, reason: verdict.reason ?? 'other' };
    }
  }
}

/** Drops what the provider only repeats. Progress in between makes the same word a new statement. */
function withoutRepetitions(ordered: readonly RuleEvent[]): RuleEvent[] {
  const provider = { verdict: '', statement: '' };
  let isOverridden = false;
  return ordered.filter((event) => {
    const { outcome, source } = event;
    if (source === 'operator' && isVerdict(event)) isOverridden = true;
    if (source === 'operator' || source === 'gateway') return true;
    const known = isOverridden
      ? [provider.verdict, provider.statement]
      : source === 'poll' && outcome !== 'resubmission_requested'
        ? [provider.statement]
        : [];
    const isProgress = outcome === 'started' || outcome === 'submitted';
    const isRepetition = known.includes(outcome);
    provider.statement = isProgress ? '' : outcome;
    if (isVerdict(event)) {
      provider.verdict = outcome;
      isOverridden &&= isRepetition;
    }
    return !isRepetition;
  });
}

function isVerdict({ outcome }: RuleEvent): boolean {
  return VERDICTS.includes(outcome);
}

function timeOf({ occurredAt, receivedAt }: RuleEvent): number {
  return occurredAt === null ? Number.MIN_SAFE_INTEGER : Math.min(occurredAt, receivedAt);
}

/** The status of a user whose current attempt is in this phase. */
export function statusOf(phase: string): string {
  if (phase === 'approved') return 'verified';
  if (phase === 'declined') return 'rejected';
  return ['expired', 'abandoned', 'failed'].includes(phase) ? 'not_verified' : 'pending';
}

export function isOver(phase: string): boolean {
  return statusOf(phase) !== 'pending';
}

/** The user can still do something on the provider's pages. */
export function isContinuable(phase: string): boolean {
  return ['open', 'started', 'resubmission_requested'].includes(phase);
}
