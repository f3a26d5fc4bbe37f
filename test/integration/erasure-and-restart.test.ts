import { erasureHelpers } from '../support/erasure-helpers.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

describe('A user who starts again after an erasure', () => {
  let gateway: TestGateway;
  let help: ReturnType<typeof erasureHelpers>;

  beforeAll(async () => {
    gateway = await startGateway({
      provider: 'persona',
      environment: { KYC_ERASURE_KEEPS_DECISION: 'false', KYC_MAX_ATTEMPTS: '2' },
    });
    help = erasureHelpers(gateway);
  });
  afterEach(() => gateway.sandbox.persona.behave());
  afterAll(() => gateway.close());

  const persona = () => gateway.sandbox.persona;
  const isErased = (sessionId: string) =>
    persona()
      .sessions()
      .find(({ id }) => id === sessionId)?.isErased;
  /** The account, which the two sessions share, is not redacted by this call. */
  const isRedacted = (sessionId: string) =>
    persona()
      .calls()
      .some(
        ({ method, path, status }) =>
          method === 'DELETE' && path.endsWith(`/inquiries/${sessionId}`) && status === 200,
      );

  /** The erasure of the first session is delayed until the user has a second one. */
  async function delayedErasure() {
    const { user, sessionId } = await gateway.openSession();
    await persona().decide(sessionId, { outcome: 'decline' });
    persona().misbehave({ status: 503 });
    await help.erase(user);
    await help.tried(user);
    persona().behave();
    const { status, body } = await gateway.start(user);
    expect(status).toBe(201);
    return { user, sessionId, newerId: String(body['session_id']) };
  }

  it('keeps the newer verification when the delayed erasure of the older one runs', async () => {
    const { user, sessionId, newerId } = await delayedErasure();
    await persona().decide(newerId, { outcome: 'approve' });
    await help.retryNow(user);
    await help.completed(user);
    expect([isRedacted(sessionId), isErased(newerId)]).toEqual([true, false]);
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'verified' });
  });

  it('leaves the erasure pending while the newer session is unfinished', async () => {
    const { user, sessionId, newerId } = await delayedErasure();
    await help.retryNow(user);
    await eventually(async () =>
      (await help.tried(user)).reason.includes('newer session') ? true : undefined,
    );
    expect([isRedacted(sessionId), isErased(newerId)]).toEqual([true, false]);

    await persona().decide(newerId, { outcome: 'expire' });
    await help.retryNow(user);
    await help.completed(user);
    expect([isErased(sessionId), isErased(newerId)]).toEqual([true, true]);
  });

  it('cannot start while the provider is erasing all data of the user', async () => {
    const { user } = await gateway.openSession();
    persona().misbehave({ delayMs: 1_000 });
    await help.erase(user);
    await eventually(async () =>
      (await help.rowsOf(user)).some((row) => row.leased_until !== null) ? true : undefined,
    );
    expect(await gateway.start(user)).toMatchObject({ status: 409, body: { code: 'kyc.start_in_progress' } });
    persona().behave();
    await help.completed(user);
    expect((await gateway.start(user)).status).toBe(201);
  });

  it('has no more attempts than a user without an erasure', async () => {
    const { user } = await gateway.openSession();
    await help.erase(user);
    await help.completed(user);
    expect((await gateway.status(user)).body).toMatchObject({ attempts_left: 1, next_action: 'start' });
    expect((await gateway.start(user)).status).toBe(201);
    await help.erase(user);
    await help.completed(user);
    expect((await gateway.status(user)).body).toMatchObject({
      attempts_left: 0,
      next_action: 'contact_support',
    });
    expect(await gateway.start(user)).toMatchObject({
      status: 409,
      body: { code: 'kyc.attempts_exhausted' },
    });
  });
});
