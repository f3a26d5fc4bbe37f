import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { type EmulatedProvider, type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { openEvents } from '../support/event-traffic.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway, type User, WEBHOOK_PATH } from '../support/gateway.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { harnessOf } from '../contracts/harnesses.ts';

describe.each(PROVIDER_NAMES)('Rotation of the webhook secret of %s', (provider) => {
  const { secretsVariable } = harnessOf(provider);
  let sandbox: Sandbox;
  let database: TestDatabase;
  let gateway: TestGateway;
  let old: string;
  let fresh: string;
  let user: User;
  let sessionId: string;

  const emulator = () => sandbox[provider];
  const secretsOf = () => sandbox.environment[secretsVariable] ?? '';

  beforeAll(async () => {
    sandbox = await startSandbox({ retryDelaysMs: [50, 100, 200, 400, 800] });
    database = await createTestDatabase();
    old = secretsOf();
    gateway = await serve(old);
    ({ user, sessionId } = await gateway.openSession());
    const streamed = await Promise.all([1, 2, 3].map(() => gateway.openSession()));
    const stream = openEvents(
      emulator(),
      streamed.map((each) => each.sessionId),
    );
    try {
      await stream.flows();
      fresh = emulator().prepareSecret();
      await restart(`${fresh},${old}`);
      await stream.flows();
      // The resume happens while both secrets are valid. The gateway seals the stored link again with the new
      // secret.
      expect(await gateway.start(user)).toMatchObject({ status: 200, body: { session_id: sessionId } });
      // Veriff accepts calls signed with the new secret before it signs with it itself.
      await gateway.openSession();
      emulator().rotateSecret();
      await stream.flows();
      await restart(fresh);
      await stream.flows();
    } finally {
      await stream.close();
    }
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
    await database.drop();
  });

  async function serve(secrets: string): Promise<TestGateway> {
    const started = await startGateway({
      provider,
      sandbox,
      databaseUrl: database.url,
      environment: { [secretsVariable]: secrets, LOG_LEVEL: 'error' },
    });
    sandbox.deliverTo(started.url + WEBHOOK_PATH);
    return started;
  }

  /** Restarts like a load balancer: the new replica gets new requests while the old one finishes its own. */
  async function restart(secrets: string): Promise<void> {
    const before = gateway;
    gateway = await serve(secrets);
    const underway = new Set(pending(emulator()));
    await eventually(async () => (pending(emulator()).some((id) => underway.has(id)) ? undefined : true));
    await before.close();
  }

  it('rejects no delivery during the rotation', async () => {
    const attempts = emulator()
      .deliveries()
      .map((delivery) => delivery.attempts.map(({ status }) => status));
    expect(attempts.length).toBeGreaterThanOrEqual(60);
    expect(attempts).toEqual(attempts.map(() => [200]));
    const [row] = await gateway.database.query('SELECT count(*)::int AS events FROM kyc_events');
    expect(row).toEqual({ events: attempts.length });
  });

  it('lets a user resume a session during and after the rotation', async () => {
    expect(await gateway.start(user)).toMatchObject({ status: 200, body: { session_id: sessionId } });
    expect(
      emulator()
        .sessions()
        .filter(({ reference }) => reference === user.id),
    ).toHaveLength(1);
  });

  it('rejects deliveries signed with the removed secret, and changes nothing', async () => {
    const webhook = emulator().webhookFor(sessionId, { outcome: 'approve' });
    const signature = emulator().sign(webhook.body, { secret: old });

    expect(
      await gateway.deliver({ ...webhook, headers: { ...webhook.headers, ...signature } }),
    ).toMatchObject({
      status: 401,
      body: { code: 'webhook.signature_invalid' },
    });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending' });
    expect(await gateway.events(sessionId)).toHaveLength(0);

    expect((await gateway.deliver(webhook)).status).toBe(200);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });
});

function pending(emulator: EmulatedProvider): string[] {
  return emulator
    .deliveries()
    .filter(({ state }) => state === 'pending')
    .map(({ id }) => id);
}
