import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { ProviderName } from '../../packages/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import type { User } from '../support/gateway.ts';
import { NOTHING_WRONG } from './audit.ts';
import { openTestSystem, type TestSystem } from './test-system.ts';
import { harnessOf } from '../contracts/harnesses.ts';

/** Reconciliation runs every minute, and a run can just have started. */
const FOUND_WITHIN_MS = 150_000;
/**
 * The delay of each provider response. Onfido needs two calls. Together they are shorter than the start timeout.
 */
const LATE_MS = 4_000;

describe('A gateway that is killed while it creates a session', () => {
  let system: TestSystem;
  afterEach(() => system.close());

  const rows = () => system.query('SELECT phase, provider_session_id FROM kyc_sessions ORDER BY opened_at');
  const isOpening = async () => (await rows()).some(({ phase }) => phase === 'opening');
  const mailTo = ({ email }: User) => system.sandbox.mailbox.waitFor(({ to }) => to.includes(email));

  /** Begins a start that gets no response, and resolves when its call has reached the provider. */
  async function startUntil(isThere: () => boolean): Promise<User> {
    const user = await system.createUser();
    void system.start(user).catch(() => undefined);
    await eventually(async () => ((await isOpening()) && isThere() ? true : undefined));
    return user;
  }

  /** Expires the lease of the attempt. */
  async function passTheLease(): Promise<void> {
    await system.query(
      `UPDATE kyc_sessions SET next_read_at = now() - interval '1 minute' WHERE phase = 'opening'`,
    );
  }

  /** A start that the provider executes, but answers after the gateway was killed. */
  async function killedBeforeTheAnswer(provider: ProviderName): Promise<{ user: User; orphan: string }> {
    system = await openTestSystem(provider);
    const first = await system.startReplica();
    system.provider.misbehave({ delayMs: LATE_MS });
    const user = await startUntil(() => system.provider.sessions().length === 1);
    await system.kill(first);
    system.provider.behave();
    return { user, orphan: system.provider.sessions()[0]?.id ?? '' };
  }

  async function approve(user: User, sessionId: string): Promise<void> {
    await system.provider.decide(sessionId, { outcome: 'approve' });
    await mailTo(user);
    expect((await system.status(user)).body).toMatchObject({
      kyc_status: 'verified',
      kyc_session_id: sessionId,
    });
  }

  async function expectNothingWrong(step: string, user: User, sessionId: string): Promise<void> {
    const inSession = { ...user, provider: system.provider.name, sessionId };
    expect(await system.auditAndReport(step, [inSession])).toEqual(NOTHING_WRONG);
  }

  it.each(PROVIDER_NAMES)(
    'leaves an attempt that never reached %s, after which the next start creates one session',
    async (provider) => {
      system = await openTestSystem(provider);
      const first = await system.startReplica();
      system.provider.misbehave({ status: 503, delayMs: 60_000 });
      const user = await startUntil(() => system.provider.calls().length === 1);
      await system.kill(first);
      system.provider.behave();
      expect(system.provider.sessions()).toEqual([]);

      await system.startReplica();
      expect(await system.start(user)).toMatchObject({
        status: 409,
        body: { code: 'kyc.start_in_progress' },
      });
      await passTheLease();
      const { status, body } = await system.start(user);

      expect(status).toBe(201);
      const lost =
        harnessOf(provider).recovery === 'key' ? [] : [{ phase: 'failed', provider_session_id: null }];
      expect(await rows()).toEqual([...lost, { phase: 'open', provider_session_id: body['session_id'] }]);
      expect(system.provider.sessions()).toHaveLength(1);
      const attempts_left = 4 - lost.length;
      expect((await system.status(user)).body).toMatchObject({ kyc_status: 'pending', attempts_left });
      await approve(user, String(body['session_id']));
      await expectNothingWrong(
        `killed before ${provider} opened the session`,
        user,
        String(body['session_id']),
      );
    },
  );

  it.each(PROVIDER_NAMES.filter((name) => harnessOf(name).recovery !== 'none'))(
    'leaves a session at %s that the next start recovers',
    async (provider) => {
      const { user, orphan } = await killedBeforeTheAnswer(provider);

      await system.startReplica();
      await passTheLease();
      const { status, body } = await system.start(user);

      expect({ status, session: body['session_id'] }).toEqual({ status: 201, session: orphan });
      expect(system.provider.sessions()).toHaveLength(1);
      expect(await rows()).toEqual([{ phase: 'open', provider_session_id: orphan }]);
      expect((await system.status(user)).body).toMatchObject({ attempts_left: 4 });
      await approve(user, orphan);
      await expectNothingWrong(`killed after ${provider} opened the session`, user, orphan);
    },
  );

  it.each(PROVIDER_NAMES.filter((name) => harnessOf(name).recovery === 'none'))(
    'leaves a session at %s whose link is lost and whose events change nothing',
    async (provider) => {
      const { user, orphan } = await killedBeforeTheAnswer(provider);

      await system.startReplica();
      await passTheLease();
      const { status, body } = await system.start(user);
      const [delivery] = await system.provider.decide(orphan, { outcome: 'decline' });

      expect([status, delivery?.state]).toEqual([201, 'accepted']);
      expect(body['session_id']).not.toBe(orphan);
      expect(await rows()).toEqual([
        { phase: 'failed', provider_session_id: null },
        { phase: 'open', provider_session_id: body['session_id'] },
      ]);
      expect((await system.status(user)).body).toMatchObject({ kyc_status: 'pending', attempts_left: 3 });
      await approve(user, String(body['session_id']));
      await expectNothingWrong(
        `killed after ${provider} opened the session`,
        user,
        String(body['session_id']),
      );
    },
  );

  it.each([
    ['when the user comes back', false, async (user: User) => void (await system.start(user))],
    ['though the user never comes back', true, async () => undefined],
  ])(
    'applies an event that arrived before its session was stored, %s',
    async (how, isReconciled, comeBack) => {
      system = await openTestSystem('persona', { isReconciled });
      const first = await system.startReplica();
      system.provider.misbehave({ delayMs: 10_000 });
      const user = await startUntil(() => system.provider.sessions().length === 1);
      const sessionId = system.provider.sessions()[0]?.id ?? '';
      const [delivery] = await system.provider.decide(sessionId, { outcome: 'approve' });
      expect(delivery?.state).toBe('accepted');
      expect(await isOpening()).toBe(true);
      await system.kill(first);
      system.provider.behave();

      await system.startReplica();
      await passTheLease();
      await comeBack(user);
      await system.sandbox.mailbox.waitFor(({ to }) => to.includes(user.email), FOUND_WITHIN_MS);

      expect((await system.status(user)).body).toMatchObject({
        kyc_status: 'verified',
        kyc_session_id: sessionId,
      });
      expect(system.provider.sessions()).toHaveLength(1);
      expect(system.sandbox.mailbox.messages()).toHaveLength(1);
      await expectNothingWrong(`killed while an event waited, ${how}`, user, sessionId);
    },
    FOUND_WITHIN_MS + 60_000,
  );
});
