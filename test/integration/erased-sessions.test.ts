import { randomUUID } from 'node:crypto';
import type { Verdict } from '../../src/kyc/domain/outcome.ts';
import { InboxService } from '../../src/kyc/inbox/inbox.service.ts';
import { inboxEvent } from '../../src/kyc/inbox/inbox-event.ts';
import { ErasureService } from '../../src/kyc/erasure/erasure.service.ts';
import { ReconciliationService } from '../../src/kyc/reconciliation/reconciliation.service.ts';
import { erasureHelpers } from '../support/erasure-helpers.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';

describe('Events and requests for an erased session', () => {
  let gateway: TestGateway;
  let help: ReturnType<typeof erasureHelpers>;

  beforeAll(async () => {
    gateway = await startGateway({ provider: 'persona' });
    help = erasureHelpers(gateway);
  });
  afterEach(() => gateway.sandbox.persona.behave());
  afterAll(() => gateway.close());

  const persona = () => gateway.sandbox.persona;
  const asOperator = (user: { id: string }) =>
    gateway.app.get(ErasureService).eraseUser(user.id, { kind: 'operator', name: 'Jo' }, new Date());
  const rowsOf = (user: User): Promise<Record<string, unknown>[]> =>
    gateway.database.query('SELECT * FROM kyc_sessions WHERE user_id = $1', [user.id]);
  /** Counts only events with this outcome, because the provider also reports the erasure itself. */
  async function countOf(outcome: string): Promise<number> {
    const [row] = await gateway.database.query(
      'SELECT count(*)::int AS count FROM kyc_events WHERE outcome = $1',
      [outcome],
    );
    return row.count;
  }

  async function verified() {
    const opened = await gateway.openSession();
    const [delivery] = await persona().decide(opened.sessionId, { outcome: 'approve' });
    return { ...opened, deliveryId: delivery?.id ?? '' };
  }
  const say = (sessionId: string, reference: string | null, outcome: Verdict = 'declined') =>
    gateway.app.get(InboxService).acceptEvent(
      inboxEvent(
        {
          provider: 'persona',
          eventKey: `evt_${randomUUID()}`,
          sessionId,
          reference,
          outcome,
          reason: null,
          occurredAt: new Date(),
        },
        'webhook',
        new Date(),
      ),
    );

  it('do not restore the session or the user when they arrive late', async () => {
    const { user, sessionId } = await verified();
    await help.erase(user);
    await help.completed(user);
    const before = await countOf('declined');
    await say(sessionId, user.id);
    expect(await countOf('declined')).toBe(before + 1);
    expect(await help.tablesWith(sessionId)).toEqual([]);
    await expect(
      gateway.database.query('SELECT id FROM kyc_events WHERE reference = $1', [user.id]),
    ).resolves.toEqual([]);
  });

  it('change the status of the user, so that an erasure does not make an approval final', async () => {
    const { user, sessionId } = await verified();
    await help.erase(user);
    await help.completed(user);
    await expect(say(sessionId, user.id)).resolves.toBe('recorded');
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'rejected' });
    expect(await help.tablesWith(sessionId)).toEqual([]);
  });

  it.each(['in_review', 'resubmission_requested'] as const)(
    'let the user start anew if the provider reopens the session with %s',
    async (outcome) => {
      const { user, sessionId } = await verified();
      await help.erase(user);
      await help.completed(user);
      await say(sessionId, user.id, outcome);
      expect((await gateway.status(user)).body).toMatchObject({
        kyc_status: 'not_verified',
        next_action: 'start',
      });
      expect((await gateway.start(user)).status).toBe(201);
    },
  );

  it('change nothing and are reported if the erasure kept no decision', async () => {
    const { user, sessionId } = await verified();
    const { sandbox, databaseUrl } = gateway;
    const environment = { KYC_ERASURE_KEEPS_DECISION: 'false' };
    const forgetful = await startGateway({ sandbox, databaseUrl, environment });
    await erasureHelpers(forgetful).erase(user);
    await expect(say(sessionId, user.id)).resolves.toBe('session_erased');
    expect(forgetful.logs()).toContain('security.verdict_after_erasure');
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'not_verified' });
    await forgetful.close();
  });

  it('change nothing and are reported if the user has started anew', async () => {
    const { user, sessionId } = await gateway.openSession();
    await help.erase(user);
    await help.completed(user);
    expect((await gateway.start(user)).status).toBe(201);
    await expect(say(sessionId, user.id)).resolves.toBe('late');
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'pending' });
  });

  it('are recognized as duplicates when an event is repeated', async () => {
    const { user, deliveryId } = await verified();
    await help.erase(user);
    await help.completed(user);
    const before = await countOf('approved');
    const [again] = await persona().redeliver(deliveryId);
    expect(again?.state).toBe('accepted');
    expect(await countOf('approved')).toBe(before);
  });

  it('do not restore a session when events arrive during its erasure', async () => {
    const sessions = await Promise.all(Array.from({ length: 8 }, () => gateway.openSession()));
    const late = sessions.flatMap(({ user, sessionId }) => [
      ...Array.from({ length: 5 }, () => say(sessionId, user.id)),
      help.erase(user),
      ...Array.from({ length: 5 }, () => say(sessionId, user.id)),
    ]);
    await Promise.all(late);
    for (const { user, sessionId } of sessions) {
      await help.completed(user);
      expect(await help.tablesWith(sessionId)).toEqual([]);
    }
  });

  it('do not restore a session when a resume was waiting for the provider', async () => {
    const { user } = await gateway.openSession();
    persona().misbehave({ delayMs: 300, times: 1 });
    const resuming = gateway.start(user);
    await help.erase(user);
    await resuming;
    // The start that was waiting has opened another session.
    const erased = (await rowsOf(user)).find((row) =>
      String(row['provider_session_id']).startsWith('erased:'),
    );
    expect(erased).toMatchObject({ resume_token: null, redirect_url: null });
  });

  it('do not make reconciliation read the erased session', async () => {
    const { user } = await verified();
    await help.erase(user);
    const read = await gateway.app.get(ReconciliationService).reconcile({ kind: 'user', userId: user.id });
    expect(read).toEqual([]);
  });

  it('do not affect the sessions of other users, even when an event named both', async () => {
    const { user } = await verified();
    const other = await gateway.openSession();
    await say(other.sessionId, user.id);
    await help.erase(user);
    await help.completed(user);
    await persona().decide(other.sessionId, { outcome: 'approve' });
    expect(
      persona()
        .sessions()
        .find(({ id }) => id === other.sessionId),
    ).toMatchObject({ isErased: false });
    expect((await gateway.status(other.user)).body).toMatchObject({ kyc_status: 'verified' });
  });

  it('do not let an early event that named the erased user change another user', async () => {
    const { user } = await verified();
    const other = await gateway.openSession();
    // Makes the event look as if it had arrived before the session was stored, when the mismatch of the user was
    // not detectable.
    await gateway.database.query(
      `INSERT INTO kyc_events (provider, event_key, provider_session_id, reference, outcome, occurred_at, received_at, source)
       VALUES ('persona', $1, $2, $3, 'approved', now(), now(), 'webhook')`,
      [`evt_${randomUUID()}`, other.sessionId, user.id],
    );
    await help.erase(user);
    await persona().decide(other.sessionId, { outcome: 'start' });
    expect((await gateway.status(other.user)).body).toMatchObject({ kyc_status: 'pending' });
  });

  describe('erased by an operator', () => {
    it('records the operator who ended the session', async () => {
      const { user } = await gateway.openSession();
      await asOperator(user);
      const [session] = await rowsOf(user);
      expect(await gateway.events(`erased:${session?.['id'] as string}`)).toContainEqual(
        expect.objectContaining({ source: 'operator', actor: 'Jo', outcome: 'abandoned' }),
      );
      expect(await help.rowsOf(user)).toMatchObject([{ requested_by: 'Jo' }, { requested_by: 'Jo' }]);
    });

    it('erases a session even if the row of its user is deleted', async () => {
      const { user, sessionId } = await verified();
      await gateway.database.query('DELETE FROM users WHERE id = $1', [user.id]);
      await asOperator({ id: user.id.toUpperCase() });
      await help.completed(user);
      expect(await help.tablesWith(sessionId)).toEqual([]);
      expect(
        persona()
          .sessions()
          .find(({ id }) => id === sessionId),
      ).toMatchObject({ isErased: true });
    });

    it.each([randomUUID(), 'nobody'])('rejects the erasure of the unknown user %s', async (id) => {
      await expect(asOperator({ id })).rejects.toMatchObject({ code: 'user.unknown' });
    });
  });

  describe('at a provider that is no longer configured', () => {
    it('keeps the erasure pending and records the reason', async () => {
      const { user, sessionId } = await verified();
      await gateway.database.query(
        `UPDATE kyc_sessions SET provider = 'gone' WHERE provider_session_id = $1`,
        [sessionId],
      );
      await help.erase(user);
      expect((await help.tried(user)).reason).toBe('The provider gone is not configured');
      expect(await help.rowsOf(user)).toContainEqual(
        expect.objectContaining({ place: 'gone', provider_session_id: sessionId, erased_at: null }),
      );
    });
  });
});

describe('Erasure with decisions not kept', () => {
  let gateway: TestGateway;
  let help: ReturnType<typeof erasureHelpers>;

  beforeAll(async () => {
    gateway = await startGateway({
      provider: 'persona',
      environment: { KYC_ERASURE_KEEPS_DECISION: 'false' },
    });
    help = erasureHelpers(gateway);
  });
  afterAll(() => gateway.close());

  it('resets the user to the state of a new user', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' });
    await help.erase(user);
    await help.completed(user);
    expect(await gateway.userRow(user)).toMatchObject({
      kyc_status: 'not_verified',
      kyc_provider: null,
      kyc_session_id: null,
      kyc_rejection_reason: null,
    });
    expect((await help.tablesWith(sessionId)).concat(await help.tablesWith(user.id)).toSorted()).toEqual([
      'kyc_jobs.job',
      'kyc_jobs.job_common',
      'public.kyc_erasures',
      'public.users',
    ]);
  });

  it('stores nothing of late webhooks', async () => {
    const { user, sessionId } = await gateway.openSession();
    const late = gateway.sandbox.persona.webhookFor(sessionId, { outcome: 'approve' });
    await help.erase(user);
    await gateway.deliver(late);
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'not_verified' });
    expect(await gateway.events(sessionId)).toEqual([]);
  });
});
