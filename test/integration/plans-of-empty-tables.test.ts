import { randomUUID } from 'node:crypto';
import { ConfigService } from '@nestjs/config';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.ts';
import { useIndexPlans } from '../../src/database/index-plans.ts';
import { pipeline } from '../../src/database/pipeline.ts';
import { AttemptStateRepository } from '../../src/kyc/store/attempt-state.repository.ts';
import { ReadSchedule } from '../../src/kyc/store/read-schedule.ts';
import { createTestDatabase, type TestDatabase, USERS } from '../support/test-database.ts';

describe('A read of ledgers that PostgreSQL planned', () => {
  let own: TestDatabase;
  let gateway: DataSource;
  let owner: DataSource;
  beforeEach(async () => {
    own = await createTestDatabase();
    gateway = await createDataSource({ url: own.url, poolSize: 1 }).initialize();
    owner = await createDataSource({ url: own.ownerUrl, poolSize: 1 }).initialize();
    // Autovacuum must not discard the plan during the test.
    await owner.query('ALTER TABLE kyc_events SET (autovacuum_enabled = false)');
  });
  afterEach(async () => {
    await gateway.destroy();
    await owner.destroy();
    await own.drop();
  });

  const addEvents = (count: number, sessionIdLength = 32) =>
    owner.query(
      `INSERT INTO kyc_events (provider, event_key, provider_session_id, outcome, received_at, source)
       SELECT 'acme', gen_random_uuid()::text, repeat(md5(random()::text), $2::int / 32), 'noted', now(), 'webhook'
       FROM generate_series(1, $1::int)`,
      [count, sessionIdLength],
    );
  const readTenTimes = async () => {
    const config = new ConfigService({ kyc: { reconcileAfterSeconds: 900 } });
    const states = new AttemptStateRepository(new ReadSchedule(config as never), USERS);
    for (let time = 0; time < 10; time += 1) {
      await gateway.transaction((manager) =>
        pipeline(useIndexPlans(manager), states.findCurrentWithEvents(manager, [randomUUID()])),
      );
    }
  };
  /** The plan that the connection keeps, as lines. */
  const keptPlan = async () => {
    const [statement]: { name: string; generic: number }[] = await gateway.query(
      `SELECT name, generic_plans::int AS generic FROM pg_prepared_statements WHERE statement LIKE '%FROM kyc_events%'`,
    );
    expect(statement?.generic).toBe(10);
    return gateway.transaction(async (manager) => {
      await useIndexPlans(manager);
      const rows: Record<string, string>[] = await manager.query(
        `EXPLAIN EXECUTE "${statement?.name}" ('{${randomUUID()}}')`,
      );
      return rows.map((row) => row['QUERY PLAN'] ?? '');
    });
  };
  /** The index that the kept plan uses for the ledger. `both` if it looks up the provider and the session. */
  const keptIndex = async () => {
    const lines = await keptPlan();
    const at = lines.findIndex((line) => line.includes(' on kyc_events'));
    const [, index] = /Index Scan using (\w+) on kyc_events/.exec(lines[at] ?? '') ?? [];
    const condition = lines[at + 1] ?? '';
    const isBoth = condition.includes('(provider)::text =') && condition.includes('provider_session_id');
    return { index, columns: isBoth ? 'both' : condition };
  };
  const RIGHT = { index: 'kyc_events_session', columns: 'both' };

  it('for an empty table uses the index of sessions after the table has grown', async () => {
    await readTenTimes();
    await addEvents(2_000);
    expect(await keptIndex()).toEqual(RIGHT);
  });

  it('for an analyzed empty table uses the index of sessions after the table has grown', async () => {
    await owner.query('ANALYZE kyc_events');
    await readTenTimes();
    await addEvents(2_000);
    expect(await keptIndex()).toEqual(RIGHT);
  });

  it('while the index of sessions was the larger one uses it after the table has grown', async () => {
    await addEvents(1);
    await owner.query('ANALYZE kyc_events');
    await addEvents(80, 160);
    await readTenTimes();
    await addEvents(2_000);
    expect(await keptIndex()).toEqual(RIGHT);
  });
});
