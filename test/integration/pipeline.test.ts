import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.ts';
import { pipeline } from '../../src/database/pipeline.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

describe('Pipelined statements in a transaction', () => {
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

  const insert = (manager: EntityManager, eventKey: string) =>
    manager.query(
      `INSERT INTO kyc_events (provider, event_key, outcome, received_at, source)
       VALUES ('acme', $1, 'approved', now(), 'webhook')`,
      [eventKey],
    );
  const storedKeys = async (keys: readonly string[]): Promise<string[]> => {
    const rows: { key: string }[] = await database.query(
      'SELECT event_key AS key FROM kyc_events WHERE event_key = ANY($1) ORDER BY key',
      [keys],
    );
    return rows.map(({ key }) => key);
  };

  it('run in the order in which they were sent, and each gets its own result', async () => {
    const keys = [randomUUID(), randomUUID()].toSorted();
    const [, , count] = await database.transaction((manager) =>
      pipeline(
        ...keys.map((key) => insert(manager, key)),
        manager.query('SELECT count(*)::int AS count FROM kyc_events WHERE event_key = ANY($1)', [keys]),
      ),
    );
    expect(count).toEqual([{ count: 2 }]);
    expect(await storedKeys(keys)).toEqual(keys);
  });

  it('are all rolled back if one of them fails, also those sent after it', async () => {
    const keys = [randomUUID(), randomUUID()];
    const failing = database.transaction((manager) =>
      pipeline(insert(manager, keys[0] ?? ''), manager.query('SELECT 1 / 0'), insert(manager, keys[1] ?? '')),
    );
    await expect(failing).rejects.toThrow('division by zero');
    expect(await storedKeys(keys)).toEqual([]);
  });

  it('give their connection back to the pool after a failure', async () => {
    const failing = database.transaction((manager) =>
      pipeline(manager.query('SELECT nothing'), manager.query('SELECT 1')),
    );
    await expect(failing).rejects.toThrow('nothing');
    // The pool has one connection.
    await expect(database.query('SELECT 1 AS one')).resolves.toEqual([{ one: 1 }]);
  });
});
