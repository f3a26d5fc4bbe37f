import fc from 'fast-check';
import {
  ENDINGS,
  type EventSource,
  type Outcome,
  OUTCOMES,
  PROGRESS,
  type Verdict,
  VERDICTS,
} from './outcome.ts';
import { REJECTION_REASONS } from './rejection-reason.ts';
import { foldSession, type LedgerEntry } from './session-state.ts';

const NOON = Date.UTC(2026, 2, 4, 12);
/** Later than every event of a generated history. */
const LATER = 10;

const minute = (minutes: number) => new Date(NOON + minutes * 60_000);
const someMinute = fc.integer({ min: 0, max: 4 }).map(minute);

/** Histories with many equal times, events without a time, and events dated ahead of their arrival. */
const historyOf = (...sources: EventSource[]) =>
  fc.uniqueArray(
    fc.constantFrom(...sources).chain((source) =>
      fc.record<LedgerEntry>({
        // Unique, as in the ledger.
        eventKey: fc.string({ minLength: 1, maxLength: 4 }),
        // The gateway itself only ends sessions.
        outcome: fc.constantFrom(...(source === 'gateway' ? ENDINGS : OUTCOMES)),
        reason: fc.option(fc.constantFrom(...REJECTION_REASONS)),
        occurredAt: fc.option(someMinute),
        receivedAt: someMinute,
        source: fc.constant(source),
      }),
    ),
    { selector: (entry) => entry.eventKey, maxLength: 12 },
  );
const history = historyOf('webhook', 'poll', 'gateway', 'operator');
const verdict = fc.constantFrom(...VERDICTS);

const later = (minutes: number, outcome: Outcome, source: EventSource): LedgerEntry => {
  const time = minute(LATER + minutes);
  return { eventKey: `later ${minutes}`, outcome, reason: null, occurredAt: time, receivedAt: time, source };
};

/** The same events, each delivered one to three times, in any order. */
const redelivered = (entries: readonly LedgerEntry[]) =>
  fc
    .tuple(
      ...entries.map((entry) => fc.integer({ min: 1, max: 3 }).map((n) => Array<LedgerEntry>(n).fill(entry))),
    )
    .map((copies) => copies.flat())
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));

const isOneOf = (words: readonly Outcome[]) => (entry: LedgerEntry) => words.includes(entry.outcome);
const isVerdict = isOneOf(VERDICTS);
const isProviders = ({ source }: LedgerEntry) => source === 'webhook' || source === 'poll';
const isEndedByOperator = (entry: LedgerEntry) => entry.source === 'operator' && isOneOf(ENDINGS)(entry);
const statementsIn = (entries: readonly LedgerEntry[]) =>
  entries.filter((entry) => isProviders(entry) && isOneOf([...VERDICTS, ...ENDINGS])(entry));

const OTHERS = ['unknown', 'noted', 'started', 'submitted', 'failed', 'abandoned', 'expired'] as const;
const CARE: readonly Outcome[] = [...OTHERS, 'approved', 'resubmission_requested', 'in_review', 'declined'];

/** Compares text of one length each: the time, then how careful the outcome is, then the key. */
function isBefore(a: LedgerEntry, b: LedgerEntry): boolean {
  const place = ({ occurredAt, receivedAt, outcome, eventKey }: LedgerEntry) => [
    occurredAt === null ? '' : [occurredAt.toISOString(), receivedAt.toISOString()].toSorted()[0],
    String(CARE.indexOf(outcome)).padStart(2, '0'),
    eventKey,
  ];
  const [left, right] = [place(a), place(b)];
  const differing = left.findIndex((part, index) => part !== right[index]);
  return differing >= 0 && String(left[differing]) < String(right[differing]);
}

const latestOf = (entries: readonly LedgerEntry[]) =>
  entries.find((entry) => entries.every((other) => other === entry || isBefore(other, entry)));

/** The rules about repetition as searches in the history, without a running state. */
function repeats(entry: LedgerEntry, entries: readonly LedgerEntry[]): boolean {
  if (!isProviders(entry)) return false;
  const earlier = entries.filter((other) => isBefore(other, entry));
  const latest = latestOf(statementsIn(earlier));
  const hasProgressed = earlier.some(
    (other) => isProviders(other) && isOneOf(PROGRESS)(other) && latest && isBefore(latest, other),
  );
  const isRead = entry.source === 'poll' && entry.outcome !== 'resubmission_requested';
  if (isRead && entry.outcome === latest?.outcome && !hasProgressed) return true;

  const override = latestOf(earlier.filter((other) => other.source === 'operator' && isVerdict(other)));
  if (override === undefined) return false;
  const verdicts = statementsIn(earlier).filter(isVerdict);
  const overridden = latestOf(verdicts.filter((other) => isBefore(other, override)))?.outcome;
  const since = verdicts.filter((other) => isBefore(override, other));
  return entry.outcome === overridden && since.every((other) => other.outcome === overridden);
}

describe('The state of a session after any history', () => {
  it('the state is the same for any order and repetition of the events', () => {
    const deliveries = history.chain((entries) => fc.tuple(fc.constant(entries), redelivered(entries)));
    fc.assert(
      fc.property(deliveries, ([once, arrived]) => {
        expect(foldSession(arrived)).toEqual(foldSession(once));
      }),
    );
  });

  it('the state does not depend on events that are noted or unknown', () => {
    fc.assert(
      fc.property(history, (entries) => {
        const known = entries.filter(({ outcome }) => outcome !== 'noted' && outcome !== 'unknown');
        expect(foldSession(entries)).toEqual(foldSession(known));
      }),
    );
  });

  it('the state does not depend on how far events are dated ahead of their arrival', () => {
    fc.assert(
      fc.property(history, fc.integer({ min: 0, max: 1_000_000 }), (entries, minutes) => {
        const further = entries.map((entry) =>
          entry.occurredAt !== null && entry.occurredAt >= entry.receivedAt
            ? { ...entry, occurredAt: new Date(entry.receivedAt.getTime() + minutes * 60_000) }
            : entry,
        );
        expect(foldSession(further)).toEqual(foldSession(entries));
      }),
    );
  });

  it.each(['approved', 'declined'] as const)(
    "the state is %s if and only if that is the latest verdict that repeats nothing, and no operator has withdrawn an operator's decision since",
    (outcome) => {
      fc.assert(
        fc.property(history, (entries) => {
          const last = latestOf(entries.filter((entry) => isVerdict(entry) && !repeats(entry, entries)));
          const isWithdrawn =
            last?.source === 'operator' &&
            entries.some((entry) => isEndedByOperator(entry) && isBefore(last, entry));
          expect(foldSession(entries).phase === outcome).toBe(last?.outcome === outcome && !isWithdrawn);
        }),
        { numRuns: 300 },
      );
    },
  );

  it('the state follows a verdict that is newer than all events, unless an operator had decided', () => {
    fc.assert(
      fc.property(historyOf('webhook', 'poll', 'gateway'), verdict, (entries, outcome) => {
        expect(foldSession([...entries, later(0, outcome, 'webhook')]).phase).toBe(outcome);
      }),
    );
  });

  it('the state stays approved or declined after progress and endings', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...PROGRESS, ...ENDINGS), (entries, outcome) => {
        const before = foldSession(entries);
        fc.pre(before.phase === 'approved' || before.phase === 'declined');
        expect(foldSession([...entries, later(0, outcome, 'webhook')])).toEqual(before);
      }),
    );
  });

  it('the state does not change when the latest statement of the provider is read again', () => {
    fc.assert(
      fc.property(historyOf('webhook', 'poll'), fc.integer({ min: 1, max: 3 }), (entries, times) => {
        const latest = latestOf(entries.filter((entry) => !isOneOf(['noted', 'unknown'])(entry)));
        fc.pre(latest !== undefined && !isOneOf([...PROGRESS, 'resubmission_requested'])(latest));
        const reads = Array.from({ length: times }, (_, n) => later(n, latest.outcome, 'poll'));
        expect(foldSession([...entries, ...reads])).toEqual(foldSession(entries));
      }),
    );
  });

  describe('that ends with an override', () => {
    const lastVerdict = (entries: readonly LedgerEntry[]): Verdict | undefined =>
      latestOf(statementsIn(entries).filter(isVerdict))?.outcome as Verdict | undefined;

    it('the state is what the operator decided', () => {
      fc.assert(
        fc.property(history, verdict, (entries, outcome) => {
          const override = later(0, outcome, 'operator');
          expect(foldSession([...entries, override])).toMatchObject({
            phase: outcome,
            since: override.occurredAt,
          });
        }),
      );
    });

    it('the state stays when the provider repeats its last verdict, delivered or read', () => {
      const sources = fc.array(fc.constantFrom('webhook' as const, 'poll' as const), { maxLength: 3 });
      fc.assert(
        fc.property(history, verdict, sources, (entries, outcome, repetitions) => {
          const last = lastVerdict(entries);
          fc.pre(last !== undefined);
          const overridden = [...entries, later(0, outcome, 'operator')];
          const repeated = repetitions.map((source, n) => later(n + 1, last, source));
          expect(foldSession([...overridden, ...repeated])).toEqual(foldSession(overridden));
        }),
      );
    });

    it('the state follows the provider when its verdict differs from its last one', () => {
      const source = fc.constantFrom('webhook' as const, 'poll' as const);
      fc.assert(
        fc.property(history, verdict, verdict, source, (entries, decided, changed, by) => {
          fc.pre(changed !== lastVerdict(entries));
          const entriesAfter = [...entries, later(0, decided, 'operator'), later(1, changed, by)];
          expect(foldSession(entriesAfter).phase).toBe(changed);
        }),
      );
    });
  });

  it('the state is computed without changing the history', () => {
    fc.assert(
      fc.property(history, (entries) => {
        const copy = [...entries];
        foldSession(entries);
        expect(entries).toEqual(copy);
      }),
    );
  });
});
