import { randomUUID } from 'node:crypto';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { SignedWebhook } from '../../packages/sandbox/sandbox.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, startGateway, type TestGateway, type User } from '../support/gateway.ts';

/** The delay of the provider's response, so that its webhooks arrive first. */
const HELD_BACK_MS = 1_000;

describe.each(PROVIDER_NAMES)('The inbox, for events of %s', (provider) => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ provider });
  });
  afterAll(() => gateway.close());

  const emulator = () => gateway.sandbox[provider];
  const approvalOf = (sessionId: string) => emulator().webhookFor(sessionId, { outcome: 'approve' });
  /** A webhook with one text replaced and a valid signature. */
  const saying = ({ headers, body }: SignedWebhook, said: string, instead: string) => {
    expect(body.toString()).toContain(said);
    const changed = body.toString().replaceAll(said, instead);
    return { headers: { ...headers, ...emulator().sign(changed) }, body: changed };
  };
  const counted = async (result: string): Promise<number> => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const lines = text
      .split('\n')
      .filter((line) => line.startsWith(`kyc_events_total{provider="${provider}"`));
    return lines
      .filter((line) => line.includes(`result="${result}"`))
      .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
  };
  const standing = async (user: User) => {
    const jobs: { subject: string }[] = await gateway.database.query(
      `SELECT data ->> 'subject' AS subject FROM kyc_jobs.job
       WHERE name = 'notification' AND data ->> 'userId' = $1`,
      [user.id],
    );
    return {
      status: (await gateway.userRow(user))['kyc_status'],
      notices: jobs.map(({ subject }) => subject),
    };
  };
  const VERIFIED = { status: 'verified', notices: ['verified'] };
  const UNTOUCHED = { status: 'not_verified', notices: [] };
  const PENDING = { status: 'pending', notices: [] };

  /** Starts a verification. The session exists at the provider before the gateway has stored it. */
  async function overtake(user: User): Promise<{ starting: Promise<Answer>; sessionId: string }> {
    emulator().misbehave({ delayMs: HELD_BACK_MS });
    const starting = gateway.start(user);
    const sessionId = await eventually(
      async () =>
        emulator()
          .sessions()
          .find(({ reference }) => reference === user.id)?.id,
    );
    emulator().behave();
    return { starting, sessionId };
  }

  it('keeps an event that arrives before its session is stored, and applies it once afterwards', async () => {
    const user = await gateway.createUser();
    const before = await counted('session_unknown');
    const { starting, sessionId } = await overtake(user);

    expect((await gateway.deliver(approvalOf(sessionId))).status).toBe(200);

    expect(await standing(user)).toEqual(UNTOUCHED);
    expect(await gateway.events(sessionId)).toMatchObject([{ outcome: 'approved', is_refused: false }]);
    expect((await counted('session_unknown')) - before).toBe(1);
    expect(await starting).toMatchObject({ status: 201, body: { session_id: sessionId } });
    expect(await standing(user)).toEqual(VERIFIED);
    const isHis = (mail: { to: string[] }) => mail.to.includes(user.email);
    await gateway.sandbox.mailbox.waitFor(isHis);
    expect(gateway.sandbox.mailbox.messages().filter(isHis)).toHaveLength(1);
  });

  it('records an event that names another user as rejected, and changes neither user', async () => {
    const { user, sessionId } = await gateway.openSession();
    const stranger = await gateway.createUser();
    const before = await counted('refused');
    const webhook = approvalOf(sessionId);

    expect((await gateway.deliver(saying(webhook, user.id, stranger.id))).status).toBe(200);

    expect(await gateway.events(sessionId)).toMatchObject([{ outcome: 'approved', is_refused: true }]);
    expect((await counted('refused')) - before).toBe(1);
    expect(await standing(user)).toEqual(PENDING);
    expect(await standing(stranger)).toEqual(UNTOUCHED);
  });

  it('rejects an early event that names another user when its session is stored, and changes neither user', async () => {
    const user = await gateway.createUser();
    const stranger = await gateway.createUser();
    const before = await counted('refused');
    const { starting, sessionId } = await overtake(user);
    const webhook = approvalOf(sessionId);

    expect((await gateway.deliver(saying(webhook, user.id, stranger.id))).status).toBe(200);
    expect((await starting).status).toBe(201);

    expect(await standing(user)).toEqual(PENDING);
    expect(await standing(stranger)).toEqual(UNTOUCHED);
    expect((await counted('refused')) - before).toBe(1);
  });

  it('applies a valid event after rejected events of the same session', async () => {
    const { user, sessionId } = await gateway.openSession();
    const webhook = approvalOf(sessionId);
    await gateway.deliver(saying(webhook, user.id, randomUUID()));
    const again = emulator().webhookFor(
      sessionId,
      { outcome: 'approve' },
      { at: new Date(Date.now() + 2_000) },
    );

    expect((await gateway.deliver(again)).status).toBe(200);

    expect(await standing(user)).toEqual(VERIFIED);
    expect(await gateway.events(sessionId)).toMatchObject([{ is_refused: true }, { is_refused: false }]);
  });

  it('changes no user for an event of an unknown session, not even the user it names', async () => {
    const { user, sessionId } = await gateway.openSession();
    const before = await counted('session_unknown');
    const unknown = `${sessionId.slice(0, -6)}${randomUUID().slice(-6)}`;

    expect((await gateway.deliver(saying(approvalOf(sessionId), sessionId, unknown))).status).toBe(200);

    expect(await gateway.events(unknown)).toMatchObject([{ outcome: 'approved', is_refused: false }]);
    expect((await counted('session_unknown')) - before).toBe(1);
    expect(await standing(user)).toEqual(PENDING);
  });
});
