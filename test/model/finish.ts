import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { asOperator } from './erase.ts';
import { checkProjection, phaseOf, truthOf } from './invariants.ts';
import { startAs } from './perform.ts';
import { isOver, statusOf } from './rules.ts';
import { type AttemptRow, currentAttempt, type Snapshot, takeSnapshot } from './snapshot.ts';
import type { Step } from './steps.ts';
import { Violation } from './violation.ts';
import type { Answer, ModelUser, World } from './world.ts';
import type { ProviderName } from '../../packages/sandbox/sandbox.ts';
import { harnessOf } from '../contracts/harnesses.ts';

const ROUNDS = 3;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Runs everything that is due, one step after the other, so that the invariants of a step are checked too. */
export async function quiesce(world: World, run: (step: Step) => Promise<void>): Promise<void> {
  for (const provider of PROVIDER_NAMES) {
    if (world.down.has(provider)) await run({ step: 'provider', provider, works: true });
  }
  // The circuit breakers of the replicas close again.
  world.system.clock.advance(60_000);
  if (world.isMailServerDown) await run({ step: 'mailServer', works: true });
  while (world.held.length > 0) await run({ step: 'deliver', which: 0 });
  for (let round = 0; round < ROUNDS; round += 1) {
    await run({ step: 'retries' });
    if (!(await world.system.hasWaitingJobs())) break;
    // A circuit breaker that closes lets one job pass at first.
    world.system.clock.advance(60_000);
  }
  for (let round = 0; round < ROUNDS; round += 1) {
    const snapshot = await takeSnapshot(world);
    const due = snapshot.attempts.flatMap(({ next_read_at: at }) => (at === null ? [] : [Date.parse(at)]));
    if (due.length === 0) break;
    world.system.clock.advance(Math.min(2 * DAY_MS, Math.max(0, Math.max(...due) - world.now().getTime())));
    await run({ step: 'periodic' });
  }
}

/** The invariants of a history at its end. */
export async function checkEnd(world: World): Promise<void> {
  let snapshot = await takeSnapshot(world);
  for (const user of world.users) checkWasRead(world, snapshot, user);
  if (world.sessions.some((session) => session.moves.some(({ receivedAt }) => receivedAt === null))) {
    snapshot = await readAll(world);
  }
  for (const user of world.users) {
    checkAgainstProvider(world, snapshot, user);
    checkLastMail(snapshot, user);
  }
  await checkErased(world, snapshot);
  for (const user of world.users) await checkCanGoOn(world, snapshot, user);
  checkEnds(snapshot);
}

/** Invariant 1: an attempt has an end if and only if it is over. */
export function checkEnds(snapshot: Snapshot): void {
  for (const attempt of snapshot.attempts) {
    const hasEnded = attempt.ended_at !== null;
    if (attempt.phase === 'opening' || hasEnded === isOver(attempt.phase)) continue;
    throw new Violation(
      'projection',
      `an attempt that is ${attempt.phase} has ${hasEnded ? 'an' : 'no'} end`,
      attempt,
    );
  }
}

/** Invariant 3: an attempt that is not over is read until it is. */
function checkWasRead(world: World, snapshot: Snapshot, user: ModelUser): void {
  const row = snapshot.users.find(({ id }) => id === user.id);
  const current = row && currentAttempt(snapshot, row);
  if (current === undefined || isOver(current.phase)) return;
  const session = world.sessions.find(({ id }) => id === current.provider_session_id);
  if (session === undefined || isOverridden(snapshot, session.id)) return;
  const last = session.moves.at(-1);
  // Veriff shows no progress when it is read, and a session that waits for its user is not a verdict.
  if (last === undefined || ['started', 'submitted'].includes(last.outcome)) return;
  const truth = truthOf(session).phase;
  if (truth !== current.phase) {
    throw new Violation('stuck', `${truth} at the provider is never read, the attempt is ${current.phase}`, {
      current,
      moves: session.moves,
    });
  }
}

async function readAll(world: World): Promise<Snapshot> {
  for (const user of world.users) if (!user.isDeleted) await asOperator(world, user, 'POST', 'reconcile');
  await world.system.settle();
  const snapshot = await takeSnapshot(world);
  checkProjection(snapshot);
  return snapshot;
}

function isOverridden(snapshot: Snapshot, sessionId: string): boolean {
  return snapshot.events.some(
    (event) =>
      event.provider_session_id === sessionId && event.source === 'operator' && event.outcome !== 'noted',
  );
}

/** Invariant 2: the status agrees with the provider's last word, unless an operator or the clock has ended the attempt. */
function checkAgainstProvider(world: World, snapshot: Snapshot, user: ModelUser): void {
  const current = currentOf(snapshot, user);
  if (current === undefined || isOverridden(snapshot, current.provider_session_id ?? '')) return;
  const session = world.sessions.find(({ id }) => id === current.provider_session_id);
  if (session === undefined) return checkErasedAttempt(world, current);
  const events = snapshot.events.filter((event) => event.provider_session_id === session.id);
  const read = new Set(events.filter(({ source }) => source === 'poll').map(({ outcome }) => outcome));
  const truth = truthOf(session, read).phase;
  const isProgress = !['approved', 'declined', 'in_review'].includes(truth);
  // The gateway ends a session that expired without a verdict, but it never approves one.
  if (current.phase !== 'approved' && isProgress) return;
  if (statusOf(truth) === statusOf(current.phase)) return;
  // A read of a state with a date in the future counts from the time of the read, so it beats what arrived before.
  const last = session.moves.at(-1);
  const isAhead = (last?.at?.getTime() ?? 0) > (last?.madeAt.getTime() ?? 0);
  if (isAhead && last?.outcome === current.phase) return;
  throw new Violation('verified', `the attempt is ${current.phase} where its provider says ${truth}`, {
    current,
    moves: session.moves,
  });
}

/** An erased attempt can no longer be read, but it follows the verdicts that are still delivered. */
function checkErasedAttempt(world: World, current: AttemptRow): void {
  const erased = world.sessions.find(({ attemptId }) => attemptId === current.id);
  if (current.phase !== 'approved' || erased === undefined) return;
  // An approval whose webhook was lost may have been read before the erasure.
  const known = erased.moves.map((move) =>
    move.outcome === 'approved' ? { ...move, receivedAt: move.receivedAt ?? move.madeAt } : move,
  );
  const moves = known.filter(({ receivedAt }) => receivedAt !== null);
  const truth = truthOf({ ...erased, moves }).phase;
  if (truth === 'approved') return;
  throw new Violation('verified', `an erased attempt stays approved after ${truth}`, { moves: erased.moves });
}

const LAST_MAILS: Readonly<Record<string, readonly string[]>> = {
  approved: ['You are verified'],
  declined: ['Your verification was not successful', 'Your verification is no longer valid'],
  resubmission_requested: ['Please submit your verification again', 'Your verification is no longer valid'],
};

/** Invariant 4: the last mail agrees with the last status. */
function checkLastMail(snapshot: Snapshot, user: ModelUser): void {
  if (user.isDeleted || user.erasures.length > 0) return;
  const phase = phaseOf(snapshot, user.id);
  const address = user.email.replace(/^(new-)*/, '');
  const last = snapshot.mails.findLast(({ to }) => to[0]?.endsWith(address) === true)?.subject;
  // Users who have started again know that they are not verified, and a mail about the attempt before is obsolete.
  const current = currentOf(snapshot, user);
  const hasStartedAgain = snapshot.attempts.some(
    (attempt) => attempt.user_id === user.id && attempt !== current,
  );
  if (phase === 'open' && hasStartedAgain) return;
  const wanted = LAST_MAILS[phase ?? ''];
  const isRight = wanted === undefined ? last !== 'You are verified' : wanted.includes(last ?? '');
  if (!isRight) throw new Violation('mail', `the last mail to a user who is ${phase} is "${last}"`);
}

function currentOf(snapshot: Snapshot, user: ModelUser): AttemptRow | undefined {
  const row = snapshot.users.find(({ id }) => id === user.id);
  return row && currentAttempt(snapshot, row);
}

const isOpening = ({ phase }: Snapshot['attempts'][number]) => phase === 'opening';

/**
 * Invariant 6: everything that a request covers is erased, and nothing else. An erasure at Persona waits for a newer
 * session that is not over, because both share data.
 */
async function checkErased(world: World, snapshot: Snapshot): Promise<void> {
  const pending = snapshot.erasures.find(
    ({ erased_at: at, user_id: id }) =>
      at === null && isOver(phaseOf(snapshot, id) ?? 'failed') && !snapshot.attempts.some(isOpening),
  );
  const isErased = await erasedSessions(world);
  for (const session of world.sessions) {
    const isCovered = session.user.erasures.some(({ sessions }) => sessions.includes(session));
    const known = session.isAnswered ? '' : ' whose creation was not answered';
    if (isCovered && !isErased.has(session.id)) {
      const last = session.moves.at(-1)?.outcome;
      const isAtWork = isNotErasedAfter(session.provider, last);
      // Some providers cannot be asked for a session whose id was lost.
      const isLost = harnessOf(session.provider).recovery === 'none' || session.isUnrecoverable;
      if (isAtWork || (isLost && !session.isAnswered)) continue;
      throw new Violation('erasure', `a session at ${session.provider}${known} is not erased`, {
        session: session.id,
      });
    }
    // A request may cover a session that is created at the same time.
    const isSimultaneous = session.user.erasures.some(({ step }) => step === session.step);
    // Persona creates what it is asked to find, so an erasure can create the session that it erases.
    if (!isCovered && !isSimultaneous && session.isOfStart && isErased.has(session.id)) {
      throw new Violation('erasure', `a newer session at ${session.provider} is erased too`, {
        session: session.id,
      });
    }
  }
  if (
    pending !== undefined &&
    world.sessions.every(({ provider }) => harnessOf(provider).erasure.notYetAfter.length === 0)
  ) {
    throw new Violation('erasure', 'an erasure stays pending', pending);
  }
}

/** Some providers do not erase a session on which they still work. */
function isNotErasedAfter(provider: ProviderName, last: string | undefined): boolean {
  const { decisions, erasure } = harnessOf(provider);
  return erasure.notYetAfter.some((wanted) =>
    decisions.some(({ decision, outcome }) => decision.outcome === wanted.outcome && outcome === last),
  );
}

async function erasedSessions(world: World): Promise<ReadonlySet<string>> {
  const { sandbox } = world.system;
  const { PERSONA_API_URL: url = '', PERSONA_API_KEY: key = '' } = sandbox.environment;
  const erased = new Set<string>();
  for (const { id, provider } of world.sessions) {
    if (provider !== 'persona') continue;
    const headers = { authorization: `Bearer ${key}`, 'persona-version': '2025-12-08' };
    const response = await fetch(`${url}/inquiries/${id}`, { headers });
    const { data } = (await response.json()) as { data: { attributes: Record<string, unknown> } };
    if (data.attributes['redacted-at'] !== null) erased.add(id);
  }
  for (const name of PROVIDER_NAMES) {
    // Its account can keep data of the user after the inquiry is redacted.
    if (name === 'persona') continue;
    for (const { id, isErased } of sandbox[name].sessions()) if (isErased) erased.add(id);
  }
  return erased;
}

/** Invariant 3: a user who is not verified can resume, wait for a verdict that will be read, or start anew. */
async function checkCanGoOn(world: World, snapshot: Snapshot, user: ModelUser): Promise<void> {
  const row = snapshot.users.find(({ id }) => id === user.id);
  if (row === undefined || row.kyc_status === 'verified') return;
  const current = currentAttempt(snapshot, row);
  const status = await world.call('status', '/api/kyc/status', {
    headers: { authorization: `Bearer ${user.token}` },
  });
  const action = String(status.body['next_action']);
  // A start without an answer may have created a session, so it counts too.
  const used = world.sessionsOf(user).length + user.unansweredCreates;
  const { status: code, body } = await startInTheEnd(world, user);
  const erased = current?.provider_session_id?.startsWith('erased:') === true ? ', erased' : '';
  const overridden =
    current !== undefined && isOverridden(snapshot, current.provider_session_id ?? '') ? ', overridden' : '';
  const situation = `${current?.phase ?? 'no attempt'}${erased}${overridden}, next_action ${action}, start answers ${code} ${body['code'] ?? ''}`;
  const details = { current, used, moves: world.sessionsOf(user).map(({ moves }) => moves) };
  world.discoverSessions();
  const isExhausted = body['code'] === 'kyc.attempts_exhausted' && used >= world.system.settings.maxAttempts;
  // The gateway learned of a resubmission after the session had expired. Its next read ends the attempt.
  const expiresAt = current?.expires_at ?? null;
  const isLapsed = expiresAt !== null && Date.parse(expiresAt) <= world.now().getTime();
  const expected = (): boolean => {
    switch (action) {
      case 'continue':
        return code === 200 || code === 201 || (isLapsed && code === 409 && isExhausted);
      case 'start':
        return code === 201;
      case 'retry':
        return code === 201 && !isFinal(current);
      case 'wait':
        return code === 409 && body['code'] === 'kyc.in_review' && erased === '';
      case 'contact_support':
        return code === 409 && (isFinal(current) ? body['code'] === 'kyc.retry_not_allowed' : isExhausted);
      default:
        return false;
    }
  };
  if (!expected()) throw new Violation('stuck', situation, details);
}

/** After a 404, the gateway waits for a second one before it believes that there is no session. */
async function startInTheEnd(world: World, user: ModelUser): Promise<Answer> {
  const first = await startAs(world, user, 'persona');
  if (first.status !== 502 && first.status !== 503) return first;
  world.system.clock.advance(10 * 60_000);
  await startAs(world, user, 'persona');
  return startAs(world, user, 'persona');
}

/** A minor, or a user whose fraud is confirmed, must not use up paid attempts. */
function isFinal(current: AttemptRow | undefined): boolean {
  return current?.phase === 'declined' && (current.reason === 'underage' || current.reason === 'fraud');
}
