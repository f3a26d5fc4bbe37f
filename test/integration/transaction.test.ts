import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.ts';
import { pipeline, transaction } from '../../src/database/transaction.ts';
import { inboxEvent } from '../../src/kyc/inbox/inbox-event.ts';
import { LedgerRepository } from '../../src/kyc/store/ledger.repository.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** Statements of one transaction that leave without waiting for each other. */
describe('a transaction', () => {
  let own: TestDatabase;
  let database: DataSource;

  beforeAll(async () => {
    own = await createTestDatabase();
    database = await createDataSource({ url: own.url, poolSize: 1 }).initialize();
  });
  afterAll(async () => {
    await database.destroy();
    await own.drop();
  });

  const event = () =>
    inboxEvent(
      {
        provider: 'acme',
        eventKey: randomUUID(),
        sessionId: randomUUID(),
        reference: null,
        outcome: 'approved',
        reason: null,
        occurredAt: new Date(),
      },
      'webhook',
      new Date(),
    );
  const insert = (manager: EntityManager, eventKey: string) =>
    manager.query(
      `INSERT INTO kyc_events (provider, event_key, outcome, received_at, source)
       VALUES ('acme', $1, 'approved', now(), 'webhook')`,
      [eventKey],
    );
  const keysKept = async (keys: readonly string[]): Promise<string[]> => {
    const rows: { key: string }[] = await database.query(
      'SELECT event_key AS key FROM kyc_events WHERE event_key = ANY($1) ORDER BY key',
      [keys],
    );
    return rows.map(({ key }) => key);
  };

  it('keeps all that was sent together, and answers each for itself', async () => {
    const keys = [randomUUID(), randomUUID()].toSorted();
    const [, , count] = await transaction(database, (manager) =>
      pipeline(
        ...keys.map((key) => insert(manager, key)),
        manager.query('SELECT count(*)::int AS count FROM kyc_events WHERE event_key = ANY($1)', [keys]),
      ),
    );
    expect(count).toEqual([{ count: 2 }]);
    expect(await keysKept(keys)).toEqual(keys);
  });

  it('keeps nothing where one of them fails, whatever was sent behind it', async () => {
    const keys = [randomUUID(), randomUUID()];
    const failing = transaction(database, (manager) =>
      pipeline(insert(manager, keys[0] ?? ''), manager.query('SELECT 1 / 0'), insert(manager, keys[1] ?? '')),
    );
    await expect(failing).rejects.toThrow('division by zero');
    expect(await keysKept(keys)).toEqual([]);
  });

  it('keeps nothing where the work fails for a reason of its own', async () => {
    const key = randomUUID();
    const failing = transaction(database, async (manager) => {
      await insert(manager, key);
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await keysKept([key])).toEqual([]);
  });

  it('sends nothing more where START itself fails', async () => {
    const [early, late] = [randomUUID(), randomUUID()];
    const failing = transaction(withFailingStart(database), async (manager) => {
      await insert(manager, early);
      await insert(manager, late);
    });
    await expect(failing).rejects.toThrow('syntax error');
    // What went along with START was on its way: it is why that has to be a lock, a read, or careful.
    expect(await keysKept([early, late])).toEqual([early]);
  });

  it('gives its connection back, whatever has happened: there is one only', async () => {
    await expect(transaction(database, (manager) => manager.query('SELECT nothing'))).rejects.toThrow();
    await expect(transaction(database, (manager) => manager.query('SELECT 1 AS one'))).resolves.toEqual([
      { one: 1 },
    ]);
  });

  it('is what the ledger appends in: without one, nothing is appended', async () => {
    const ledger = new LedgerRepository();
    const [inside, outside] = [event(), event()];
    const appended = await transaction(database, (manager) => ledger.append(manager, [inside]));
    expect(appended).toMatchObject([{ eventKey: inside.eventKey }]);
    expect(await ledger.append(database.manager, [outside])).toEqual([]);
    expect(await keysKept([inside.eventKey, outside.eventKey])).toEqual([inside.eventKey]);
  });
});

/** One to which PostgreSQL answers START with an error. */
function withFailingStart(database: DataSource): DataSource {
  const failing = Object.create(database) as DataSource;
  failing.createQueryRunner = (...args) => {
    const runner = database.createQueryRunner(...args);
    const { query } = runner;
    runner.query = ((sql: string, ...rest: []) =>
      query.call(runner, sql === 'START TRANSACTION' ? 'START WHAT' : sql, ...rest)) as typeof query;
    return runner;
  };
  return failing;
}
