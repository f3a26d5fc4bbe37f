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
  INITIAL_STATE,
  isContinuable,
  isOver,
  type LedgerEntry,
  type Phase,
  type SessionState,
} from './session-state.ts';

const PHASES: readonly Phase[] = ['open', ...PROGRESS, ...VERDICTS, ...ENDINGS];
const NOON = Date.UTC(2026, 2, 4, 12);

function at(minutes: number | null, outcome: Outcome, rest: Partial<LedgerEntry> = {}): LedgerEntry {
  const occurredAt = minutes === null ? null : new Date(NOON + minutes * 60_000);
  return { eventKey: `${outcome}@${minutes}`, outcome, reason: null, occurredAt, ...rest };
}

const inOrder = (...outcomes: Outcome[]) => outcomes.map((outcome, minute) => at(minute, outcome));

describe('The state of a session', () => {
  it('a session is open before the first event', () => {
    expect(foldSession([])).toEqual(INITIAL_STATE);
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
  ])('a session is %s after %j', (phase, outcomes) => {
    expect(foldSession(inOrder(...outcomes)).phase).toBe(phase);
  });

  it.each(VERDICTS.flatMap((older) => VERDICTS.map((newer) => [older, newer] as const)))(
    'a session follows a newer verdict: %s, then %s',
    (older, newer) => {
      expect(foldSession([at(0, older), at(1, newer)]).phase).toBe(newer);
    },
  );

  it.each(
    (['approved', 'declined'] as const).flatMap((verdict) =>
      [...PROGRESS, ...ENDINGS].map((later) => [verdict, later] as const),
    ),
  )('a session stays %s when %s comes later', (verdict, later) => {
    expect(foldSession([at(0, verdict), at(1, later)]).phase).toBe(verdict);
  });

  it.each(['started', 'submitted', 'expired', 'abandoned'] as const)(
    'a session stays in_review when %s comes later',
    (later) => {
      expect(foldSession([at(0, 'in_review'), at(1, later)]).phase).toBe('in_review');
    },
  );

  it.each(ENDINGS)('a session is %s when a requested resubmission ends so', (ending) => {
    expect(foldSession([at(0, 'resubmission_requested'), at(1, ending)]).phase).toBe(ending);
  });

  it.each(ENDINGS.flatMap((ending) => VERDICTS.map((verdict) => [ending, verdict] as const)))(
    'a session follows a verdict that comes after an ending: %s, then %s',
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
  ])('a session is %s if that verdict and %s have the same time', (stronger, weaker) => {
    expect(foldSession([at(0, stronger), at(0, weaker)]).phase).toBe(stronger);
  });

  it.each(VERDICTS)('a session follows any event with a time after %s without a time', (undated) => {
    const later = undated === 'declined' ? 'approved' : 'declined';
    expect(foldSession([at(-1_000_000_000, later), at(null, undated)]).phase).toBe(later);
  });

  it('a session has the time of the event that decides, not of a later event that changes nothing', () => {
    const since = foldSession([at(3, 'approved'), at(9, 'expired'), at(1, 'in_review')]).since;
    expect(since).toEqual(new Date(NOON + 3 * 60_000));
  });

  it('a session has no time if the event that decides has none', () => {
    expect(foldSession([at(null, 'submitted')]).since).toBeNull();
  });
});

describe('The reason of a session', () => {
  it.each(['declined', 'resubmission_requested'] as const)(
    'the reason of a session that is %s comes from the event',
    (outcome) => {
      expect(foldSession([at(0, outcome, { reason: 'document_expired' })]).reason).toBe('document_expired');
    },
  );

  it.each(['declined', 'resubmission_requested'] as const)(
    'the reason of a session that is %s is other if the event has none',
    (outcome) => {
      expect(foldSession([at(0, outcome)]).reason).toBe('other');
    },
  );

  it.each(PHASES.filter((phase) => phase !== 'declined' && phase !== 'resubmission_requested'))(
    'the reason of a session that is %s is null, even if the event has one',
    (phase) => {
      const entries = phase === 'open' ? [] : [at(0, phase, { reason: 'underage' })];
      expect(foldSession(entries)).toMatchObject({ phase, reason: null });
    },
  );

  it('the reason of a session is removed when an approval replaces the decline', () => {
    const entries = [at(0, 'declined', { reason: 'selfie_problem' }), at(1, 'approved')];
    expect(foldSession(entries).reason).toBeNull();
  });
});

/** Histories with many equal times and with undated events. Their keys are unique, as in the ledger. */
const history = fc.uniqueArray(
  fc.record<LedgerEntry>({
    eventKey: fc.string({ minLength: 1, maxLength: 4 }),
    outcome: fc.constantFrom(...OUTCOMES),
    reason: fc.option(fc.constantFrom(...REJECTION_REASONS)),
    occurredAt: fc.option(fc.integer({ min: 0, max: 4 }).map((minute) => new Date(NOON + minute * 60_000))),
  }),
  { selector: (entry) => entry.eventKey, maxLength: 12 },
);

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

/** Implements the rule differently from foldSession, so that both cannot contain the same mistake. */
function latestVerdict(entries: readonly LedgerEntry[]): Outcome | undefined {
  const verdicts = entries.filter(isVerdict);
  const latest = Math.max(...verdicts.map((entry) => entry.occurredAt?.getTime() ?? -Infinity));
  return STRENGTH.findLast((outcome) =>
    verdicts.some(
      (entry) => entry.outcome === outcome && (entry.occurredAt?.getTime() ?? -Infinity) === latest,
    ),
  );
}

describe('The state of a session after any history', () => {
  const stateOf = (entries: readonly LedgerEntry[]): SessionState => foldSession(entries);

  it('the state is the same for any order and repetition of the events', () => {
    const deliveries = history.chain((entries) => fc.tuple(fc.constant(entries), redelivered(entries)));
    fc.assert(
      fc.property(deliveries, ([once, arrived]) => {
        expect(stateOf(arrived)).toEqual(stateOf(once));
      }),
    );
  });

  it('the state does not depend on events that are noted or unknown', () => {
    fc.assert(
      fc.property(history, (entries) => {
        const known = entries.filter(({ outcome }) => outcome !== 'noted' && outcome !== 'unknown');
        expect(stateOf(entries)).toEqual(stateOf(known));
      }),
    );
  });

  it.each(['approved', 'declined'] as const)(
    'the state is %s if and only if that is the latest verdict',
    (verdict) => {
      fc.assert(
        fc.property(history, (entries) => {
          expect(stateOf(entries).phase === verdict).toBe(latestVerdict(entries) === verdict);
        }),
      );
    },
  );

  it('the state follows a verdict that is newer than all events', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...VERDICTS), (entries, verdict) => {
        expect(stateOf([...entries, at(LATER, verdict)]).phase).toBe(verdict);
      }),
    );
  });

  it('the state stays approved or declined after progress and endings', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(...PROGRESS, ...ENDINGS), (entries, outcome) => {
        const before = stateOf(entries);
        fc.pre(before.phase === 'approved' || before.phase === 'declined');
        expect(stateOf([...entries, at(LATER, outcome)])).toEqual(before);
      }),
    );
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

describe('The phase of a session', () => {
  it('a session is over once it has been decided or has ended', () => {
    expect(PHASES.filter(isOver)).toEqual(['approved', 'declined', 'expired', 'abandoned', 'failed']);
  });

  it('a session can be continued until it is submitted, and when a resubmission is requested', () => {
    expect(PHASES.filter(isContinuable)).toEqual(['open', 'started', 'resubmission_requested']);
  });
});
