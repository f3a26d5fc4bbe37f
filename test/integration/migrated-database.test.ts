import type { DataSource } from 'typeorm';
import { createDataSource } from '../../src/database/data-source.ts';
import { KYC_STATUSES } from '../../src/users/kyc-status.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

describe('The migrated database', () => {
  let database: TestDatabase;
  let dataSource: DataSource;
  let userId: string;

  beforeAll(async () => {
    database = await createTestDatabase();
    dataSource = await createDataSource({ url: database.url, poolSize: 2 }).initialize();
  });
  afterAll(async () => {
    await dataSource.destroy();
    await database.drop();
  });
  beforeEach(async () => {
    const [row] = await dataSource.query(
      `INSERT INTO users (email) VALUES ('jane@example.com') RETURNING id`,
    );
    userId = row.id;
  });

  const setStatus = (word: string) =>
    dataSource.query('UPDATE users SET kyc_status = $2 WHERE id = $1', [userId, word]);
  const addSession = (phase: string, endedAt: Date | null = null, provider = 'persona') =>
    dataSource.query(
      `INSERT INTO kyc_sessions (user_id, provider, phase, opened_at, ended_at, changed_at)
       VALUES ($1, $2, $3, now(), $4, now())`,
      [userId, provider, phase, endedAt],
    );

  it.each(KYC_STATUSES)('accepts the status %s', async (word) => {
    await expect(setStatus(word)).resolves.toBeDefined();
  });

  it.each(['approved', '', 'Verified'])('rejects the unknown status %j', async (word) => {
    await expect(setStatus(word)).rejects.toThrow('users_kyc_status_check');
  });

  it('rejects a phase that the state machine does not know', async () => {
    await expect(addSession('created')).rejects.toThrow('kyc_sessions_phase_check');
  });

  it('allows one open session per user across all providers', async () => {
    await addSession('open');
    await expect(addSession('opening', null, 'veriff')).rejects.toThrow('kyc_sessions_one_open_per_user');
  });

  it('allows any number of ended sessions per user', async () => {
    await addSession('declined', new Date());
    await addSession('expired', new Date());
    await expect(addSession('open')).resolves.toBeDefined();
  });
});
