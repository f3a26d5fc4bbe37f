import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { ReconciliationService } from '../../src/kyc/reconciliation/reconciliation.service.ts';
import { erasureHelpers } from '../support/erasure-helpers.ts';
import { startGateway, type TestGateway, type User, WEBHOOK_PATH } from '../support/gateway.ts';
import { ROOT, runCommand } from '../support/running-command.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const TIMEOUT_MS = 120_000;
const COMMAND = join(ROOT, 'dist', 'commands', 'erase.js');

/** A copy of the database stands for dump and restore, because the npm package of PostgreSQL has no pg_dump. */
describe('A gateway on a restored backup', () => {
  let sandbox: Sandbox;
  let original: TestDatabase;
  let backup: TestDatabase;
  let gateway: TestGateway;
  let folder: string;
  let erasures: string;
  let printed: string;

  let erasedSession: string;
  let erased: User;
  let restarted: User;
  let openSession: string;
  let open: User;

  beforeAll(async () => {
    await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined });
    folder = await mkdtemp(join(tmpdir(), 'kyc-restore-'));
    erasures = join(folder, 'gateway.log');
    sandbox = await startSandbox();
    original = await createTestDatabase();
    await serve(original);
    ({ user: erased, sessionId: erasedSession } = await gateway.openSession());
    await sandbox.persona.decide(erasedSession, { outcome: 'approve' });
    ({ user: open, sessionId: openSession } = await gateway.openSession());
    restarted = (await gateway.openSession()).user;
    await erase(restarted);
    const again = await gateway.start(restarted);
    await sandbox.persona.decide(String(again.body['session_id']), { outcome: 'approve' });
    let log = gateway.logs();
    await gateway.close();

    backup = await createTestDatabase({ copyOf: original });
    await serve(original);
    await erase(erased);
    const late = await gateway.openSession();
    await erase(late.user);
    await sandbox.persona.decide(openSession, { outcome: 'approve' });
    log += gateway.logs();
    await writeFile(erasures, log);
    printed = (await command('--since', '2000-01-01')).output;
    await gateway.close();

    await serve(backup);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
    await Promise.all([original.drop(), backup.drop(), rm(folder, { recursive: true })]);
  });

  async function serve(database: TestDatabase): Promise<void> {
    gateway = await startGateway({ sandbox, databaseUrl: database.url });
    sandbox.deliverTo(gateway.url + WEBHOOK_PATH);
  }

  async function erase(user: User): Promise<void> {
    await erasureHelpers(gateway).erase(user);
    await erasureHelpers(gateway).completed(user);
  }

  async function command(...args: string[]): Promise<{ code: unknown; output: string }> {
    const running = await runCommand([COMMAND, ...args], {
      environment: {
        ...sandbox.environment,
        DATABASE_URL: gateway.databaseUrl,
        KYC_PROVIDER: 'persona',
        KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
      },
    });
    try {
      return { code: await running.ended, output: running.output() };
    } finally {
      await running.dispose();
    }
  }

  it('reads a verdict that arrived after the backup from the provider', async () => {
    expect(await gateway.userRow(open)).toMatchObject({ kyc_status: 'pending' });
    await gateway.database.query(
      `UPDATE kyc_sessions SET next_read_at = now() - interval '1 s' WHERE user_id = $1`,
      [open.id],
    );
    await gateway.app.get(ReconciliationService).reconcile({ kind: 'due', now: new Date() });
    expect(await gateway.userRow(open)).toMatchObject({ kyc_status: 'verified' });
  });

  it('prints the erasures of the other database, one line of the form in the log each', () => {
    const lines = printed.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toContainEqual({
      event: 'kyc.erasure_requested',
      userId: erased.id,
      requestId: expect.any(String),
      by: 'user',
      requestedAt: expect.any(String),
    });
    expect(lines).toHaveLength(3);
  });

  it('erases again what the backup has brought back, and nothing that is newer than its erasure', async () => {
    expect(await erasureHelpers(gateway).tablesWith(erasedSession)).not.toEqual([]);

    expect(await command('--again', erasures, '--by', 'Jo')).toEqual({
      code: 0,
      output: 'Repeated 1. Not needed: 1 are in the database, and of 1 users there is no data.\n',
    });
    expect(await erasureHelpers(gateway).completed(erased)).toHaveLength(2);
    expect(await erasureHelpers(gateway).tablesWith(erasedSession)).toEqual([]);
    expect(await gateway.userRow(restarted)).toMatchObject({ kyc_status: 'verified' });
    expect(await gateway.userRow(restarted)).toMatchObject({
      kyc_session_id: expect.not.stringContaining('erased:'),
    });
  });

  it('repeats no erasure twice, also with the list from the other database', async () => {
    await writeFile(erasures, printed);
    expect(await command('--again', erasures, '--by', 'Jo')).toEqual({
      code: 0,
      output: 'Repeated 0. Not needed: 2 are in the database, and of 1 users there is no data.\n',
    });
  });

  it('refuses a line that was cut off, because its erasure would stay undone', async () => {
    await writeFile(erasures, '{"event":"kyc.erasure_requested","userId":"5b6f');
    expect(await command('--again', erasures, '--by', 'Jo')).toEqual({
      code: 1,
      output: 'Error: a line with kyc.erasure_requested is not valid JSON. Correct the file\n',
    });
  });
});
