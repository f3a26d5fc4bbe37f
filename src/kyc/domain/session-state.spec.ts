import { ENDINGS, type Outcome, PROGRESS, type Verdict, VERDICTS } from './outcome.ts';
import {
  foldSession,
  INITIAL_STATE,
  isContinuable,
  isOver,
  type LedgerEntry,
  type Phase,
} from './session-state.ts';

const PHASES: readonly Phase[] = ['open', ...PROGRESS, ...VERDICTS, ...ENDINGS];
const NOON = Date.UTC(2026, 2, 4, 12);

function at(minutes: number | null, outcome: Outcome, rest: Partial<LedgerEntry> = {}): LedgerEntry {
  const occurredAt = minutes === null ? null : new Date(NOON + minutes * 60_000);
  const receivedAt = new Date(NOON + 60 * 60_000);
  const eventKey = `${outcome}@${minutes}`;
  return { eventKey, outcome, reason: null, occurredAt, receivedAt, source: 'webhook', ...rest };
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

  it.each(['approved', 'declined'] as const)("an operator's %s ends when an operator ends it", (verdict) => {
    const ended = at(1, 'abandoned', { source: 'operator' });
    expect(foldSession([at(0, verdict, { source: 'operator' }), ended])).toEqual({
      phase: 'abandoned',
      reason: null,
      since: ended.occurredAt,
    });
    expect(foldSession([at(0, verdict), ended]).phase).toBe(verdict);
  });

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
    ['declined', 'in_review'],
    ['declined', 'resubmission_requested'],
    ['declined', 'approved'],
    ['in_review', 'resubmission_requested'],
    ['in_review', 'approved'],
    ['resubmission_requested', 'approved'],
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

  it('a session counts an event that is dated ahead of its arrival as of its arrival', () => {
    const ahead = at(1_000_000_000, 'approved', { receivedAt: new Date(NOON + 60_000) });
    expect(foldSession([ahead])).toMatchObject({ phase: 'approved', since: ahead.receivedAt });
    expect(foldSession([ahead, at(2, 'declined')]).phase).toBe('declined');
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

describe('A statement of the provider that is repeated', () => {
  const SOURCES = ['webhook', 'poll'] as const;
  const read = { source: 'poll' } as const;
  const override = { source: 'operator' } as const;

  it.each(['in_review', 'approved', 'declined', 'failed'] as const)(
    'changes nothing when %s is read again with a later time',
    (outcome) => {
      const first = at(1, outcome);
      expect(foldSession([first, at(9, outcome, read)])).toEqual(foldSession([first]));
    },
  );

  it('asks for a resubmission again with each later time', () => {
    const entries = [at(1, 'resubmission_requested'), at(2, 'resubmission_requested', read)];
    expect(foldSession(entries).since).toEqual(new Date(NOON + 2 * 60_000));
  });

  it('is a new verdict if the provider has reported progress in between', () => {
    const entries = [at(1, 'in_review'), at(2, 'failed'), at(3, 'submitted'), at(4, 'failed', read)];
    expect(foldSession(entries).since).toEqual(new Date(NOON + 4 * 60_000));
  });

  it.each(SOURCES)('leaves an override in force when the old approval comes again by %s', (source) => {
    const entries = [at(1, 'approved'), at(2, 'declined', override), at(3, 'approved', { source })];
    expect(foldSession(entries)).toMatchObject({ phase: 'declined', since: new Date(NOON + 2 * 60_000) });
  });

  it('does not end a review that an operator ordered after the session had failed', () => {
    const entries = [at(1, 'failed'), at(2, 'in_review', override), at(3, 'failed', read)];
    expect(foldSession(entries).phase).toBe('in_review');
  });

  it('replaces an override when the provider has changed its verdict in between', () => {
    const entries = [at(1, 'approved'), at(2, 'declined', override), at(3, 'in_review'), at(4, 'approved')];
    expect(foldSession(entries).phase).toBe('approved');
  });

  it.each(SOURCES)('replaces an override if it is the first verdict of the provider, by %s', (source) => {
    const entries = [at(1, 'submitted'), at(2, 'approved', override), at(3, 'declined', { source })];
    expect(foldSession(entries).phase).toBe('declined');
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
