import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.ts';
import { useIndexPlans } from '../../src/database/index-plans.ts';
import { inboxEvent } from '../../src/kyc/inbox/inbox-event.ts';
import { LedgerRepository } from '../../src/kyc/store/ledger.repository.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

describe('Planned statements', () => {
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

  const settings = async (runner: DataSource | EntityManager) => {
    const [row]: Record<string, string>[] = await runner.query(
      `SELECT current_setting('plan_cache_mode') AS plans, current_setting('enable_seqscan') AS scans,
              current_setting('jit') AS jit`,
    );
    return row;
  };

  it('plan a statement with values once per connection, for all values, under index plans', async () => {
    const sql = 'SELECT kyc_status FROM users WHERE id = $1';
    await database.transaction(async (manager) => {
      await useIndexPlans(manager);
      for (let time = 0; time < 3; time += 1) await manager.query(sql, [randomUUID()]);
    });

    const plans = await database.query(
      'SELECT generic_plans::int AS generic, custom_plans::int AS custom FROM pg_prepared_statements WHERE statement = $1',
      [sql],
    );
    expect(plans).toEqual([{ generic: 3, custom: 0 }]);
  });

  it('use an index under index plans, however small the table is', async () => {
    await database.transaction(async (manager) => {
      await useIndexPlans(manager);
      await manager.query('PREPARE plan AS SELECT id FROM kyc_events WHERE provider = $1 AND event_key = $2');
      const plan: Record<string, string>[] = await manager.query(`EXPLAIN EXECUTE plan ('acme', 'event')`);
      expect(plan[0]?.['QUERY PLAN']).toMatch(/^Index (Only )?Scan/);
    });
  });

  it('keep the index plans of an append inside its transaction', async () => {
    const before = await settings(database);
    const event = {
      provider: 'acme',
      eventKey: randomUUID(),
      sessionId: null,
      reference: null,
      outcome: 'noted',
      reason: null,
      occurredAt: null,
    } as const;
    const during = await database.transaction(async (manager) => {
      const ledger = new LedgerRepository();
      const events = [inboxEvent(event, 'webhook', new Date())];
      await ledger.lockUnmatched(manager, events);
      const appended = await ledger.append(manager, events);
      expect(appended).toMatchObject([{ eventKey: event.eventKey }]);
      return settings(manager);
    });

    expect(during).toEqual({ plans: 'force_generic_plan', scans: 'off', jit: 'off' });
    expect(before).toMatchObject({ plans: 'auto', scans: 'on' });
    expect(await settings(database)).toEqual(before);
  });

  it('find a prepared statement again after it has failed', async () => {
    const sql = 'SELECT kyc_status FROM users WHERE id = $1 OR id = $2';
    await expect(database.query(sql, ['no uuid', randomUUID()])).rejects.toThrow('uuid');
    await expect(database.query(sql, [randomUUID(), randomUUID()])).resolves.toEqual([]);
  });
});
