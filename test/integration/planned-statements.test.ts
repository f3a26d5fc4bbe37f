import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

describe('a statement that is asked with values', () => {
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

  it('is planned once a connection, for whatever values', async () => {
    const sql = 'SELECT kyc_status FROM users WHERE id = $1';
    for (let time = 0; time < 3; time += 1) await database.query(sql, [randomUUID()]);

    const kept = await database.query(
      'SELECT generic_plans::int AS generic, custom_plans::int AS custom FROM pg_prepared_statements WHERE statement = $1',
      [sql],
    );
    expect(kept).toEqual([{ generic: 3, custom: 0 }]);
  });

  it('reads no table from end to end, however small it is while it is planned', async () => {
    await database.query('PREPARE plan AS SELECT id FROM kyc_events WHERE provider = $1 AND event_key = $2');
    const plan: Record<string, string>[] = await database.query(`EXPLAIN EXECUTE plan ('acme', 'event')`);
    expect(plan[0]?.['QUERY PLAN']).toMatch(/^Index (Only )?Scan/);
  });

  it('is found again when it has failed', async () => {
    const sql = 'SELECT kyc_status FROM users WHERE id = $1 OR id = $2';
    await expect(database.query(sql, ['no uuid', randomUUID()])).rejects.toThrow('uuid');
    await expect(database.query(sql, [randomUUID(), randomUUID()])).resolves.toEqual([]);
  });
});
