import { Client } from 'pg';
import { DataSource } from 'typeorm';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { requireOwnSessions } from '../../src/database/own-session.ts';
import { startGateway } from '../support/gateway.ts';
import { openPooler, type PoolMode, type PoolOrder } from '../support/pooler.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const REFUSAL =
  'DATABASE_URL leads to a pooler in transaction mode. Connect directly, or use session mode ' +
  '(docs/database.md)';

describe('Behind a pooler, the gateway', () => {
  let database: TestDatabase;
  let sandbox: Sandbox;

  beforeAll(async () => {
    [database, sandbox] = await Promise.all([createTestDatabase(), startSandbox()]);
  });
  afterAll(async () => {
    await sandbox.close();
    await database.drop();
  });

  const withPooler = async (
    mode: PoolMode,
    work: (url: string) => Promise<void>,
    options: { order?: PoolOrder; size?: number } = {},
  ) => {
    const pooler = await openPooler(database.url, mode, options);
    try {
      await work(pooler.url);
    } finally {
      await pooler.close();
    }
  };

  it('has its time limits in session mode, although the pooler drops startup parameters', async () => {
    await withPooler('session', async (databaseUrl) => {
      const gateway = await startGateway({ databaseUrl, sandbox });
      const pool = gateway.app.get(DataSource);
      const settings = await Promise.all(
        ['statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout'].map(async (name) => {
          const [row] = (await pool.query(`SHOW ${name}`)) as Record<string, string>[];
          return row?.[name];
        }),
      );
      await gateway.close();
      expect(settings).toEqual(['4s', '3s', '4s']);
    });
  });

  it('works in session mode on connections whose last client left its prepared statements', async () => {
    await withPooler('session', async (databaseUrl) => {
      for (let restart = 0; restart < 2; restart += 1) {
        const gateway = await startGateway({ databaseUrl, sandbox });
        const { user, sessionId } = await gateway.openSession();
        const delivered = await gateway.deliver(
          gateway.sandbox.persona.webhookFor(sessionId, { outcome: 'approve' }),
        );
        const { body } = await gateway.status(user);
        await gateway.close();
        expect([delivered.status, body['kyc_status']]).toEqual([200, 'verified']);
      }
    });
  });

  it('refuses to start in transaction mode', async () => {
    await withPooler('transaction', async (databaseUrl) => {
      await expect(startGateway({ databaseUrl, sandbox })).rejects.toThrow(REFUSAL);
    });
  });

  it.each<[PoolOrder, number]>([
    ['last', 40],
    ['first', 40],
    ['first', 2],
    ['last', 1],
  ])('recognizes transaction mode if the next connection is the one used %s, of %i', async (order, size) => {
    await withPooler(
      'transaction',
      async (url) => {
        await Promise.all(Array.from({ length: size }, () => sleepOn(url)));
        await expect(requireOwnSessions(url)).rejects.toThrow(REFUSAL);
        const { rows } = await onConnection(url, "SELECT current_setting('statement_timeout') AS timeout");
        expect(rows).toEqual([{ timeout: '0' }]);
      },
      { order, size },
    );
  });

  it('accepts session mode whose sessions were used before', async () => {
    await withPooler('session', async (url) => {
      await Promise.all([sleepOn(url), sleepOn(url)]);
      await expect(requireOwnSessions(url)).resolves.toMatchObject({ isEncrypted: false });
    });
  });
});

async function onConnection(url: string, statement: string) {
  const client = new Client(url);
  await client.connect();
  return client.query(statement).finally(() => client.end());
}

/** Makes the pooler open another connection for each call that runs at the same time. */
function sleepOn(url: string) {
  return onConnection(url, 'SELECT pg_sleep(0.1)');
}
