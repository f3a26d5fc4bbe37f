import type { ProviderName } from '../../packages/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import type { User } from '../support/gateway.ts';
import { NOTHING_WRONG } from './audit.ts';
import { openScene, type Scene } from './scene.ts';

/** Reconciliation runs every minute, and a run can just have started. */
const FOUND_WITHIN_MS = 150_000;
/**
 * The delay of each provider response. Onfido needs two calls. Together they are shorter than the start timeout.
 */
const LATE_MS = 4_000;

describe('A gateway that is killed while it creates a session', () => {
  let scene: Scene;
  afterEach(() => scene.close());

  const rows = () => scene.query('SELECT phase, provider_session_id FROM kyc_sessions');
  const isOpening = async () => (await rows()).some(({ phase }) => phase === 'opening');
  const mailTo = ({ email }: User) => scene.sandbox.mailbox.waitFor(({ to }) => to.includes(email));

  /** Begins a start that gets no response, and resolves when its call has reached the provider. */
  async function startUntil(isThere: () => boolean): Promise<User> {
    const user = await scene.createUser();
    void scene.start(user).catch(() => undefined);
    await eventually(async () => ((await isOpening()) && isThere() ? true : undefined));
    return user;
  }

  /** Expires the lease of the attempt. */
  async function passTheLease(): Promise<void> {
    await scene.query(
      `UPDATE kyc_sessions SET next_read_at = now() - interval '1 minute' WHERE phase = 'opening'`,
    );
  }

  /** A start that the provider executes, but answers after the gateway was killed. */
  async function killedBeforeTheAnswer(provider: ProviderName): Promise<{ user: User; orphan: string }> {
    scene = await openScene(provider);
    const first = await scene.bringUp();
    scene.provider.misbehave({ delayMs: LATE_MS });
    const user = await startUntil(() => scene.provider.sessions().length === 1);
    await scene.kill(first);
    scene.provider.behave();
    return { user, orphan: scene.provider.sessions()[0]?.id ?? '' };
  }

  async function approve(user: User, sessionId: string): Promise<void> {
    await scene.provider.decide(sessionId, { outcome: 'approve' });
    await mailTo(user);
    expect((await scene.status(user)).body).toMatchObject({
      kyc_status: 'verified',
      kyc_session_id: sessionId,
    });
  }

  async function expectNothingWrong(step: string, user: User, sessionId: string): Promise<void> {
    const inSession = { ...user, provider: scene.provider.name, sessionId };
    expect(await scene.settle(step, [inSession])).toEqual(NOTHING_WRONG);
  }

  it.each(['persona', 'veriff', 'onfido'] as const)(
    'leaves an attempt that never reached %s, which the next start continues',
    async (provider) => {
      scene = await openScene(provider);
      const first = await scene.bringUp();
      scene.provider.misbehave({ status: 503, delayMs: 60_000 });
      const user = await startUntil(() => scene.provider.calls().length === 1);
      await scene.kill(first);
      scene.provider.behave();
      expect(scene.provider.sessions()).toEqual([]);

      await scene.bringUp();
      expect(await scene.start(user)).toMatchObject({
        status: 409,
        body: { code: 'kyc.start_in_progress' },
      });
      await passTheLease();
      const { status, body } = await scene.start(user);

      expect(status).toBe(201);
      expect(await rows()).toEqual([{ phase: 'open', provider_session_id: body['session_id'] }]);
      expect(scene.provider.sessions()).toHaveLength(1);
      expect((await scene.status(user)).body).toMatchObject({ kyc_status: 'pending', attempts_left: 4 });
      await approve(user, String(body['session_id']));
      await expectNothingWrong(
        `killed before ${provider} opened the session`,
        user,
        String(body['session_id']),
      );
    },
  );

  it.each(['persona', 'onfido'] as const)(
    'leaves a session at %s that the next start recovers',
    async (provider) => {
      const { user, orphan } = await killedBeforeTheAnswer(provider);

      await scene.bringUp();
      await passTheLease();
      const { status, body } = await scene.start(user);

      expect({ status, session: body['session_id'] }).toEqual({ status: 201, session: orphan });
      expect(scene.provider.sessions()).toHaveLength(1);
      expect(await rows()).toEqual([{ phase: 'open', provider_session_id: orphan }]);
      expect((await scene.status(user)).body).toMatchObject({ attempts_left: 4 });
      await approve(user, orphan);
      await expectNothingWrong(`killed after ${provider} opened the session`, user, orphan);
    },
  );

  it('leaves a session at veriff whose link is lost and whose events change nothing', async () => {
    const { user, orphan } = await killedBeforeTheAnswer('veriff');

    await scene.bringUp();
    await passTheLease();
    const { status, body } = await scene.start(user);
    const [delivery] = await scene.provider.decide(orphan, { outcome: 'decline' });

    expect([status, delivery?.state]).toEqual([201, 'accepted']);
    expect(body['session_id']).not.toBe(orphan);
    expect(await rows()).toEqual([{ phase: 'open', provider_session_id: body['session_id'] }]);
    expect((await scene.status(user)).body).toMatchObject({ kyc_status: 'pending', attempts_left: 4 });
    await approve(user, String(body['session_id']));
    await expectNothingWrong('killed after veriff opened the session', user, String(body['session_id']));
  });

  it.each([
    ['when the user comes back', false, async (user: User) => void (await scene.start(user))],
    ['though the user never comes back', true, async () => undefined],
  ])(
    'applies an event that arrived before its session was stored, %s',
    async (how, isReconciled, comeBack) => {
      scene = await openScene('persona', { isReconciled });
      const first = await scene.bringUp();
      scene.provider.misbehave({ delayMs: 10_000 });
      const user = await startUntil(() => scene.provider.sessions().length === 1);
      const sessionId = scene.provider.sessions()[0]?.id ?? '';
      const [delivery] = await scene.provider.decide(sessionId, { outcome: 'approve' });
      expect(delivery?.state).toBe('accepted');
      expect(await isOpening()).toBe(true);
      await scene.kill(first);
      scene.provider.behave();

      await scene.bringUp();
      await passTheLease();
      await comeBack(user);
      await scene.sandbox.mailbox.waitFor(({ to }) => to.includes(user.email), FOUND_WITHIN_MS);

      expect((await scene.status(user)).body).toMatchObject({
        kyc_status: 'verified',
        kyc_session_id: sessionId,
      });
      expect(scene.provider.sessions()).toHaveLength(1);
      expect(scene.sandbox.mailbox.messages()).toHaveLength(1);
      await expectNothingWrong(`killed while an event waited, ${how}`, user, sessionId);
    },
    FOUND_WITHIN_MS + 60_000,
  );
});
