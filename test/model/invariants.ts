import { isContinuable, isOver, type RuleEvent, standingAfter, statusOf } from './rules.ts';
import { type AttemptRow, currentAttempt, type EventRow, eventsOf, type Snapshot } from './snapshot.ts';
import type { Step } from './steps.ts';
import { Violation } from './violation.ts';
import type { ModelSession, Move, World } from './world.ts';
import { harnessOf } from '../contracts/harnesses.ts';

const LONGEST_WAIT_MS = 5_000;

/** The invariants that hold after every step. */
export function checkStep(world: World, step: Step, before: Snapshot, after: Snapshot): void {
  for (const session of world.sessions) {
    const attempt = after.attempts.find(({ provider_session_id: id }) => id === session.id);
    session.isAnswered ||= attempt !== undefined;
    session.attemptId ??= attempt?.id ?? null;
  }
  checkAnswers(world, step);
  checkProjection(after);
  checkNewSessions(world, step, before);
  checkLedgerForgets(world, after);
  checkNewMails(world, step, before, after);
}

function checkAnswers(world: World, step: Step): void {
  const areTimesKnown = !world.system.wasStarved();
  for (const { what, answer } of world.answers) {
    const { status, ms, body } = answer;
    if (ms > LONGEST_WAIT_MS && areTimesKnown && !('trouble' in step)) {
      throw new Violation('waiting', `${what} took more than 5 s`, { ms });
    }
    if (step.step === 'kill' || (status === 0 && 'trouble' in step && step.trouble === 'crash')) continue;
    if (status === 0 || status === 500 || (what === 'webhook' && status !== 200)) {
      throw new Violation('answer', `${what} answered ${status}`, body);
    }
  }
}

/** Invariant 1: the status follows from the current attempt, and its phase from the ledger. */
export function checkProjection(snapshot: Snapshot): void {
  for (const user of snapshot.users) {
    const current = currentAttempt(snapshot, user);
    if (current === undefined) {
      if (user.kyc_session_id === null && user.kyc_status === 'not_verified') continue;
      throw new Violation('projection', `a user without a current attempt is ${user.kyc_status}`, user);
    }
    const ruled = standingOf(snapshot, current);
    if (current.phase !== ruled.phase || current.reason !== ruled.reason) {
      throw new Violation(
        'projection',
        `an attempt is ${named(current)} where its ledger says ${named(ruled)}`,
        eventsOf(snapshot, current),
      );
    }
    const status = statusOf(current.phase);
    if (user.kyc_status !== status || user.kyc_rejection_reason !== shown(current.reason)) {
      throw new Violation(
        'projection',
        `a user is ${user.kyc_status} while the attempt is ${current.phase}`,
        {
          user,
          current,
        },
      );
    }
  }
}

/** Users and the platform never learn of fraud. */
function shown(reason: string | null): string | null {
  return reason === 'fraud' ? 'other' : reason;
}

function standingOf(snapshot: Snapshot, attempt: AttemptRow) {
  const own = eventsOf(snapshot, attempt).filter(
    (event) => !event.is_refused && (event.reference === null || event.reference === attempt.user_id),
  );
  return standingAfter(own.map(asRuleEvent));
}

function asRuleEvent(event: EventRow): RuleEvent {
  return {
    key: event.event_key,
    outcome: event.outcome,
    reason: event.reason,
    occurredAt: event.occurred_at === null ? null : Date.parse(event.occurred_at),
    receivedAt: Date.parse(event.received_at),
    source: event.source,
  };
}

const named = ({ phase, reason }: { phase: string; reason: string | null }) =>
  reason === null ? phase : `${phase} (${reason})`;

/** Invariant 5: the limit of attempts, and no second session while the first can still lead to a result. */
function checkNewSessions(world: World, step: Step, before: Snapshot): void {
  const created = world.sessions.filter((session) => session.step === world.step);
  for (const session of created) {
    const all = world.sessionsOf(session.user);
    const mayFailOver = world.system.settings.hasFallbacks === true;
    if (!mayFailOver && created.filter(({ user }) => user === session.user).length > 1) {
      throw new Violation('sessions', 'one step creates two sessions of a user', { created: created.length });
    }
    if (all.length > world.system.settings.maxAttempts) {
      const erased = session.user.erasures.length > 0 ? ' after an erasure' : '';
      throw new Violation('sessions', `more sessions than KYC_MAX_ATTEMPTS${erased}`, {
        sessions: all.map(({ id, provider }) => ({ id, provider })),
      });
    }
    // The other step may have ended the first session before the second was created.
    if (step.step === 'together' || step.step === 'kill') continue;
    const user = before.users.find(({ id }) => id === session.user.id);
    const current = user && currentAttempt(before, user);
    if (current === undefined || isOver(current.phase)) continue;
    const previous = world.sessions.find(({ id }) => id === current.provider_session_id);
    if (previous === undefined || world.down.has(previous.provider)) continue;
    const truth = truthOf(previous).phase;
    const isLapsed = current.expires_at !== null && Date.parse(current.expires_at) <= world.now().getTime();
    // Of two verdicts with the same time, the ledger believes the more careful one, but the provider the last one.
    const isOverThere = isOver(previous.moves.at(-1)?.outcome ?? 'open');
    const isUseful = isContinuable(truth)
      ? !isLapsed && !isOverThere
      : !isOver(truth) || truth === 'approved';
    if (isUseful) {
      const trouble = 'trouble' in step ? ` during ${step.trouble}` : '';
      throw new Violation(
        'sessions',
        `a second session while the first is ${truth} at its provider (${current.phase} here)${trouble}`,
        { current, moves: previous.moves },
      );
    }
  }
}

/**
 * The state of a session according to its provider alone: what it has sent, and its last state, which can be read.
 *
 * @param read the outcomes that the gateway has read in between
 */
export function truthOf({ moves, provider }: ModelSession, read: ReadonlySet<string> = new Set()) {
  const { decisions } = harnessOf(provider);
  const isShown = (move: Move) =>
    !decisions.some(({ outcome, isUnreadable }) => outcome === move.outcome && isUnreadable === true);
  const shown = moves.findLast(isShown);
  const knowable = moves.filter(
    (move) => move.receivedAt !== null || move === moves.at(-1) || move === shown || read.has(move.outcome),
  );
  return standingAfter(
    knowable.map(({ outcome, at, madeAt, receivedAt }): RuleEvent => {
      const received = (receivedAt ?? madeAt).getTime();
      // A verdict or an ending without a time gets the time of its arrival.
      const isProgress = ['started', 'submitted'].includes(outcome);
      return {
        key: '',
        outcome,
        reason: null,
        occurredAt: at?.getTime() ?? (isProgress ? null : received),
        receivedAt: received,
        source: 'webhook',
      };
    }),
  );
}

/** Invariant 6: no event brings back what was erased. */
function checkLedgerForgets(world: World, snapshot: Snapshot): void {
  for (const user of world.users) {
    for (const session of user.erasures.flatMap(({ sessions }) => sessions)) {
      const event = snapshot.events.find(
        (each) => each.provider === session.provider && each.provider_session_id === session.id,
      );
      if (event !== undefined) {
        const known = session.isAnswered ? '' : ' that was never answered';
        throw new Violation('erasure', `an event names the erased session${known} again`, event);
      }
    }
    const erasedAll = user.erasures.at(-1)?.sessions.length === world.sessionsOf(user).length;
    if (user.erasures.length > 0 && erasedAll) {
      const event = snapshot.events.find((each) => each.reference === user.id && each.source !== 'operator');
      if (event !== undefined) throw new Violation('erasure', 'an event names the erased user again', event);
    }
  }
}

const TRUE_MAILS: Readonly<Record<string, (phase: string | null) => boolean>> = {
  'You are verified': (phase) => phase === 'approved',
  'Your verification was not successful': (phase) => phase === 'declined',
  'Please submit your verification again': (phase) => phase === 'resubmission_requested',
  'Your verification is no longer valid': (phase) => phase !== 'approved',
};

/** Invariant 4: a mail was true when it was handed to the mail server. */
function checkNewMails(world: World, step: Step, before: Snapshot, after: Snapshot): void {
  for (const mail of after.mails.slice(before.mails.length)) {
    const user = world.users.find(({ email }) => mail.to.includes(email));
    if (user === undefined) throw new Violation('mail', 'a mail went to an old address', { to: mail.to });
    const isTrue = TRUE_MAILS[mail.subject];
    // A start can read a verdict and then create the next session, so the events of the step count too.
    const passed = after.events.slice(before.events.length).map(({ outcome }) => outcome);
    const phases = [...passed, phaseOf(before, user.id), phaseOf(after, user.id)];
    // Several changes in one step are seen as one.
    if (step.step === 'together' || step.step === 'kill') continue;
    if (isTrue === undefined || !phases.some(isTrue)) {
      throw new Violation('mail', `"${mail.subject}" is sent while the attempt is ${phases.at(-1)}`, {
        phases,
      });
    }
  }
}

export function phaseOf(snapshot: Snapshot, userId: string): string | null {
  const user = snapshot.users.find(({ id }) => id === userId);
  return (user && currentAttempt(snapshot, user)?.phase) ?? null;
}
