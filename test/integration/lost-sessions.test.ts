import { randomUUID } from 'node:crypto';
import { InboxService } from '../../src/kyc/inbox/inbox.service.ts';
import { inboxEvent } from '../../src/kyc/inbox/inbox-event.ts';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { eventually } from '../support/eventually.ts';
import { erasureHelpers } from '../support/erasure-helpers.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { harnessOf } from '../contracts/harnesses.ts';

describe.each(PROVIDER_NAMES)('A session at %s whose id the gateway never received', (provider) => {
  const { recovery, createCalls } = harnessOf(provider);
  let gateway: TestGateway;
  let help: ReturnType<typeof erasureHelpers>;

  beforeAll(async () => {
    gateway = await startGateway({ provider });
    help = erasureHelpers(gateway);
  });
  afterEach(() => gateway.sandbox[provider].behave());
  afterAll(() => gateway.close());

  const emulator = () => gateway.sandbox[provider];
  const stateOf = (sessionId: string) =>
    emulator()
      .sessions()
      .find(({ id }) => id === sessionId);

  /** Leaves what a start leaves behind whose response was lost after the provider had created the session. */
  async function lostSession(): Promise<{ user: User; sessionId: string }> {
    const opened = await gateway.openSession();
    await gateway.database.query(
      `UPDATE kyc_sessions SET phase = 'opening', provider_session_id = NULL, resume_token = NULL, expires_at = NULL,
                               next_read_at = now() - interval '1 second'
       WHERE provider_session_id = $1`,
      [opened.sessionId],
    );
    await gateway.database.query(
      `UPDATE users SET kyc_status = 'not_verified', kyc_provider = NULL, kyc_session_id = NULL WHERE id = $1`,
      [opened.user.id],
    );
    return opened;
  }

  const receive = (sessionId: string, user: User) =>
    gateway.app.get(InboxService).acceptEvent(
      inboxEvent(
        {
          provider,
          eventKey: `evt_${randomUUID()}`,
          sessionId,
          reference: user.id,
          outcome: 'expired',
          reason: null,
          occurredAt: new Date(),
        },
        'webhook',
        new Date(),
      ),
    );

  it('is erased, if the provider can find it', async () => {
    const { user, sessionId } = await lostSession();
    expect(await help.erase(user)).toMatchObject({ status: 202 });
    await help.completed(user);
    expect(stateOf(sessionId)).toMatchObject({ isErased: recovery !== 'none' });
  });

  it('leaves no trace of the call that created it', async () => {
    const { user, sessionId } = await lostSession();
    await help.erase(user);
    await help.completed(user);
    expect(await help.rowsOf(user)).toEqual([
      expect.objectContaining({ place: 'gateway' }),
      expect.objectContaining({
        place: provider,
        provider_session_id: null,
        session_hash: recovery === 'none' ? null : expect.stringMatching(/^erased:/),
        attempt_id: null,
        redirect_url: null,
        opened_at: null,
        leased_until: null,
      }),
    ]);
    expect(await help.tablesWith(sessionId)).toEqual([]);
  });

  it('does not bring the erased user back into the ledger with a late event', async () => {
    const { user, sessionId } = await lostSession();
    await help.erase(user);
    await receive(sessionId, user);
    await help.completed(user);
    await receive(sessionId, user);
    expect(await help.tablesWith(sessionId)).toEqual([]);
    await expect(
      gateway.database.query('SELECT id FROM kyc_events WHERE reference = $1', [user.id]),
    ).resolves.toEqual([]);
  });

  it('does not stop early events of the next session of the same user', async () => {
    const { user, sessionId } = await lostSession();
    await help.erase(user);
    await help.completed(user);
    emulator().misbehave({ delayMs: 300, times: createCalls });
    const starting = gateway.start(user);
    const next = await eventually(() =>
      Promise.resolve(
        emulator()
          .sessions()
          .find(({ id, reference }) => reference === user.id && id !== sessionId),
      ),
    );
    await receive(next.id, user);
    expect((await starting).status).toBe(201);
    expect(await gateway.events(next.id)).toMatchObject([{ reference: user.id }]);
    expect((await gateway.status(user)).body).toMatchObject({
      kyc_status: 'not_verified',
      kyc_session_id: next.id,
    });
  });
});
