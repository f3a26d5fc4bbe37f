import fc from 'fast-check';
import {
  ENDINGS,
  type Outcome,
  OUTCOMES,
  PROGRESS,
  REJECTION_REASONS,
  type Verdict,
  VERDICTS,
} from './outcome.ts';
import {
  foldSession,
  FRESH,
  isContinuable,
  isOver,
  type LedgerEntry,
  type Phase,
  type SessionState,
} from './session-state.ts';

const PHASES: readonly Phase[] = ['open', ...PROGRESS, ...VERDICTS, ...ENDINGS];
const NOON = Date.UTC(2026, 2, 4, 12);

/** An event so many minutes past noon; null names no time. */
function at(minutes: number | null, outcome: Outcome, rest: Partial<LedgerEntry> = {}): LedgerEntry {
  const occurredAt = minutes === null ? null : new Date(NOON + minutes * 60_000);
  return { eventKey: `${outcome}@${minutes}`, outcome, reason: null, occurredAt, ...rest };
}

const inOrder = (...outcomes: Outcome[]) => outcomes.map((outcome, minute) => at(minute, outcome));

describe('The state of a session', () => {
  it('is open while nothing has happened', () => {
    expect(foldSession([])).toEqual(FRESH);
  });

  it.each<[Phase, Outcome[]]>([
    ['started', ['started']],
    ['submitted', ['started', 'submitted']],
    ['in_review', ['started', 'submitted', 'in_review']],
    ['approved', ['started', 'submitted', 'approved']],
    ['approved', ['started', 'submitted', 'in_review', 'approved']],
    ['declined', ['started', 'submitted', 'declined']],
    ['resubmission_requested', ['submitted', 'resubmission_requested']],
    ['started', ['submitted', 'resubmission_requested', 'started']],
    ['submitted', ['submitted', 'resubmission_requested', 'started', 'submitted']],
    ['expired', ['expired']],
    ['abandoned', ['started', 'abandoned']],
    ['failed', ['submitted', 'failed']],
    ['failed', ['submitted', 'in_review', 'failed']],
  ])('is %s after %j', (phase, outcomes) => {
    expect(foldSession(inOrder(...outcomes)).phase).toBe(phase);
  });

  it.each(VERDICTS.flatMap((older) => VERDICTS.map((newer) => [older, newer] as const)))(
    'follows a newer verdict: after %s comes %s',
    (older, newer) => {
      expect(foldSession([at(0, older), at(1, newer)]).phase).toBe(newer);
    },
  );

  it.each(
    (['approved', 'declined'] as const).flatMap((verdict) =>
      [...PROGRESS, ...ENDINGS].map((later) => [verdict, later] as const),
    ),
  )('stays %s when %s comes later', (verdict, later) => {
    expect(foldSession([at(0, verdict), at(1, later)]).phase).toBe(verdict);
  });

  it.each(['started', 'submitted', 'expired', 'abandoned'] as const)(
    'stays in review when %s comes later: the provider has not decided yet',
    (later) => {
      expect(foldSession([at(0, 'in_review'), at(1, later)]).phase).toBe('in_review');
    },
  );

  it.each(ENDINGS)('is %s when that is what became of a requested resubmission', (ending) => {
    expect(foldSession([at(0, 'resubmission_requested'), at(1, ending)]).phase).toBe(ending);
  });

  it.each(ENDINGS.flatMap((ending) => VERDICTS.map((verdict) => [ending, verdict] as const)))(
    'is what the provider judges even after %s: %s',
    (ending, verdict) => {
      expect(foldSession([at(0, ending), at(1, verdict)]).phase).toBe(verdict);
    },
  );

  it.each<[Verdict, Verdict]>([
    ['declined', 'approved'],
    ['declined', 'in_review'],
    ['declined', 'resubmission_requested'],
    ['approved', 'in_review'],
    ['approved', 'resubmission_requested'],
    ['in_review', 'resubmission_requested'],
  ])('is %s where the provider says that and %s in the same instant', (stronger, weaker) => {
    expect(foldSession([at(0, stronger), at(0, weaker)]).phase).toBe(stronger);
  });

  it.each(VERDICTS)('lets any dated event follow an undated %s', (undated) => {
    const later = undated === 'declined' ? 'approved' : 'declined';
    expect(foldSession([at(-1_000_000_000, later), at(null, undated)]).phase).toBe(later);
  });

  it('is dated by the event that decides, not by one that came after in vain', () => {
    const since = foldSession([at(3, 'approved'), at(9, 'expired'), at(1, 'in_review')]).since;
    expect(since).toEqual(new Date(NOON + 3 * 60_000));
  });

  it('has no date while the event that decides names none', () => {
    expect(foldSession([at(null, 'submitted')]).since).toBeNull();
  });
});

describe('The reason of a session', () => {
  it.each(['declined', 'resubmission_requested'] as const)('is that of the event while %s', (outcome) => {
    expect(foldSession([at(0, outcome, { reason: 'document_expired' })]).reason).toBe('document_expired');
  });

  it.each(['declined', 'resubmission_requested'] as const)(
    'is other while %s for no stated one',
    (outcome) => {
      expect(foldSession([at(0, outcome)]).reason).toBe('other');
    },
  );

  it.each(PHASES.filter((phase) => phase !== 'declined' && phase !== 'resubmission_requested'))(
    'is nobody’s business while %s, whatever the event says',
    (phase) => {
      const entries = phase === 'open' ? [] : [at(0, phase, { reason: 'underage' })];
      expect(foldSession(entries)).toMatchObject({ phase, reason: null });
    },
  );

  it('goes when the decline is overturned', () => {
    const entries = [at(0, 'declined', { reason: 'selfie_problem' }), at(1, 'approved')];
    expect(foldSession(entries).reason).toBeNull();
  });
});

/** Histories with many ties, and events without a time; the key is unique, as the ledger makes it. */
const history = fc.uniqueArray(
  fc.record<LedgerEntry>({
    eventKey: fc.string({ minLength: 1, maxLength: 4 }),
    outcome: fc.constantFrom(...OUTCOMES),
    reason: fc.option(fc.constantFrom(...REJECTION_REASONS)),
    occurredAt: fc.option(fc.integer({ min: 0, max: 4 }).map((minute) => new Date(NOON + minute * 60_000))),
  }),
  { selector: (entry) => entry.eventKey, maxLength: 12 },
);

/** The same events, each delivered one to three times, in any order. */
const redelivered = (entries: readonly LedgerEntry[]) =>
  fc
    .tuple(
      ...entries.map((entry) => fc.integer({ min: 1, max: 3 }).map((n) => Array<LedgerEntry>(n).fill(entry))),
    )
    .map((copies) => copies.flat())
    .chain((all) => fc.shuffledSubarray(all, { minLength: all.length }));

const LATER = 10;
const isVerdict = (entry: LedgerEntry) => (VERDICTS as readonly Outcome[]).includes(entry.outcome);
const STRENGTH: readonly Outcome[] = ['resubmission_requested', 'in_review', 'approved', 'declined'];

/** Said once more, in other words than the fold's. */
function latestVerdict(entries: readonly LedgerEntry[]): Outcome | undefined {
  const verdicts = entries.filter(isVerdict);
  const latest = Math.max(...verdicts.map((entry) => entry.occurredAt?.getTime() ?? -Infinity));
  return STRENGTH.findLast((outcome) =>
    verdicts.some(
      (entry) => entry.outcome === outcome && (entry.occurredAt?.getTime() ?? -Infinity) === latest,
    ),
  );
}

describe('Whatever the history, the state', () => {
  const stateOf = (entries: readonly LedgerEntry[]): SessionState => foldSession(entries);

  it('is the same in any order of arrival and with any repetition', () => {
    const deliveries = history.chain((entries) => fc.tuple(fc.constant(entries), redelivered(entries)));
    fc.assert(
      fc.property(deliveries, ([once, arrived]) => {
        expect(stateOf(arrived)).toEqual(stateOf(once));
      }),
    );
  });

  it('does not depend on words that are only noted or not known', () => {
    fc.assert(
      fc.property(history, (entries) => {
        const known = entries.filter(({ outcome }) => outcome !== 'noted' && outcome !== 'unknown');
        expect(stateOf(entries)).toEqual(stateOf(known));
      }),
    );
  });

  it.each(['approved', 'declined'] as const)('is %s if and only if that is the latest verdict', (verdict) => {
    fc.assert(
      fc.property(history, (entries) => {
        expect(stateOf(entries).phase === verdict).toBe(latestVerdict(entries) === verdict);
      }),
    );
  });

  it('follows a verdict that is newer than all of it', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...VERDICTS), (entries, verdict) => {
        expect(stateOf([...entries, at(LATER, verdict)]).phase).toBe(verdict);
      }),
    );
  });

  it('does not lose an approval or a decline to progress or to an ending', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...PROGRESS, ...ENDINGS), (entries, outcome) => {
        const before = stateOf(entries);
        fc.pre(before.phase === 'approved' || before.phase === 'declined');
        expect(stateOf([...entries, at(LATER, outcome)])).toEqual(before);
      }),
    );
  });

  it('leaves the history as it was', () => {
    fc.assert(
      fc.property(history, (entries) => {
        const copy = [...entries];
        foldSession(entries);
        expect(entries).toEqual(copy);
      }),
    );
  });
});

describe('A session', () => {
  it('is over once it is decided or ended', () => {
    expect(PHASES.filter(isOver)).toEqual(['approved', 'declined', 'expired', 'abandoned', 'failed']);
  });

  it('can be continued until it is submitted, and again when that is asked for', () => {
    expect(PHASES.filter(isContinuable)).toEqual(['open', 'started', 'resubmission_requested']);
  });
});
