import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

describe('A statement with parameters', () => {
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

  it('is planned once per connection for all values', async () => {
    const sql = 'SELECT kyc_status FROM users WHERE id = $1';
    for (let time = 0; time < 3; time += 1) await database.query(sql, [randomUUID()]);

    const kept = await database.query(
      'SELECT generic_plans::int AS generic, custom_plans::int AS custom FROM pg_prepared_statements WHERE statement = $1',
      [sql],
    );
    expect(kept).toEqual([{ generic: 3, custom: 0 }]);
  });

  it('uses no sequential scan, even if it is planned while the table is small', async () => {
    await database.query('PREPARE plan AS SELECT id FROM kyc_events WHERE provider = $1 AND event_key = $2');
    const plan: Record<string, string>[] = await database.query(`EXPLAIN EXECUTE plan ('acme', 'event')`);
    expect(plan[0]?.['QUERY PLAN']).toMatch(/^Index (Only )?Scan/);
  });

  it('is reused after it has failed', async () => {
    const sql = 'SELECT kyc_status FROM users WHERE id = $1 OR id = $2';
    await expect(database.query(sql, ['no uuid', randomUUID()])).rejects.toThrow('uuid');
    await expect(database.query(sql, [randomUUID(), randomUUID()])).resolves.toEqual([]);
  });
});
