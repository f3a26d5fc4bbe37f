import { DataSource } from 'typeorm';
import { type DatabaseFaults, openDatabaseFaults } from '../support/database-faults.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const POOL_SIZE = 3;

describe('When PostgreSQL is read-only, the gateway', () => {
  let gateway: TestGateway;
  let faults: DatabaseFaults;

  beforeAll(async () => {
    gateway = await startGateway({
      environment: { DATABASE_POOL_SIZE: String(POOL_SIZE), RATE_LIMIT_START_ADDRESS: '10000/600' },
    });
    faults = await openDatabaseFaults(gateway.databaseUrl);
  });
  afterAll(async () => {
    await faults.close();
    await gateway.close();
  });

  const ready = async () => {
    const response = await fetch(`${gateway.url}/health/ready`);
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const approval = async () => {
    const { sessionId } = await gateway.openSession();
    return gateway.sandbox.persona.webhookFor(sessionId, { outcome: 'approve' });
  };

  // Runs first, because the mails of the other test use the pool too.
  it('replaces pool connections that stay read-only after PostgreSQL is writable', async () => {
    const webhook = await approval();
    const pool = gateway.app.get(DataSource);
    const runners = Array.from({ length: POOL_SIZE }, () => pool.createQueryRunner());
    await Promise.all(
      runners.map((runner) => runner.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY')),
    );
    await Promise.all(runners.map((runner) => runner.release()));

    expect((await gateway.deliver(webhook)).status).toBe(503);
    expect((await ready()).status).toBe(503);

    await eventually(async () => (await ready()).status === 200 || undefined);
    await eventually(async () => (await gateway.deliver(webhook)).status === 200 || undefined);
  });

  it('is not ready and answers 503 to webhooks, and recovers at once when PostgreSQL is writable', async () => {
    const webhooks = await Promise.all(Array.from({ length: 12 }, approval));
    const deliverAll = () => Promise.all(webhooks.map((webhook) => gateway.deliver(webhook)));
    expect((await ready()).status).toBe(200);

    await faults.setReadOnly(true);
    await faults.terminateOthers();
    for (let round = 0; round < 3; round += 1) {
      for (const answer of await deliverAll()) {
        expect(answer).toMatchObject({ status: 503, body: { code: 'webhook.not_stored' } });
        expect(answer.headers.get('retry-after')).toBe('5');
      }
    }
    expect(await ready()).toMatchObject({
      status: 503,
      body: { code: 'service.not_ready', errors: ['read_only_database'] },
    });

    await faults.setReadOnly(false);
    expect((await deliverAll()).map(({ status }) => status)).toEqual(webhooks.map(() => 200));
    expect((await ready()).status).toBe(200);
  });
});
