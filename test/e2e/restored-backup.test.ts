import { randomUUID } from 'node:crypto';
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
  let joined: User;
  let joinedSession: string;
  let joinedRequest: unknown;

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
    await eraseWhileProviderIsDown();
    restarted = (await gateway.openSession()).user;
    await erase(restarted);
    const again = await gateway.start(restarted);
    await sandbox.persona.decide(String(again.body['session_id']), { outcome: 'approve' });
    let log = gateway.logs();
    await gateway.close();

    backup = await createTestDatabase({ copyOf: original });
    await serve(original);
    await erase(erased);
    expect((await erasureHelpers(gateway).erase(joined)).body['request_id']).toBe(joinedRequest);
    const late = await gateway.openSession();
    await erase(late.user);
    await sandbox.persona.decide(openSession, { outcome: 'approve' });
    log += gateway.logs();
    await writeFile(erasures, log);
    printed = (await command(['--since', '2000-01-01'])).output;
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

  /** The user starts again while the erasure is pending at the provider. */
  async function eraseWhileProviderIsDown(): Promise<void> {
    joined = (await gateway.openSession()).user;
    sandbox.persona.misbehave({ status: 503 });
    joinedRequest = (await erasureHelpers(gateway).erase(joined)).body['request_id'];
    await erasureHelpers(gateway).tried(joined);
    sandbox.persona.behave();
    joinedSession = String((await gateway.start(joined)).body['session_id']);
  }

  const again = (input: string) => command(['--again', '-', '--by', 'Jo'], input);

  async function command(args: string[], input = ''): Promise<{ code: unknown; output: string }> {
    const running = await runCommand([COMMAND, ...args], {
      input,
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
    expect(lines).toHaveLength(5);
  });

  it('erases again what the backup has brought back, and nothing that is newer than its erasure', async () => {
    expect(await erasureHelpers(gateway).tablesWith(erasedSession)).not.toEqual([]);

    expect(await command(['--again', erasures, '--by', 'Jo'])).toEqual({
      code: 0,
      output: 'Repeated 3. Not needed: 2, because the database has them.\n',
    });
    expect(await erasureHelpers(gateway).completed(erased)).toHaveLength(2);
    expect(await erasureHelpers(gateway).tablesWith(erasedSession)).toEqual([]);
    expect(await gateway.userRow(restarted)).toMatchObject({ kyc_status: 'verified' });
    expect(await gateway.userRow(restarted)).toMatchObject({
      kyc_session_id: expect.not.stringContaining('erased:'),
    });
  });

  it('erases again the newer session of a request that was pending during the backup', async () => {
    await erasureHelpers(gateway).retryNow(joined);
    const rows = await erasureHelpers(gateway).completed(joined);
    expect(rows.map((row) => row.request_id)).toEqual(Array.from({ length: 4 }, () => joinedRequest));
    expect(await erasureHelpers(gateway).tablesWith(joinedSession)).toEqual([]);
  });

  it('keeps the requester and the time of the request, and adds who repeated it', async () => {
    const [line] = printed.split('\n').filter((text) => text.includes(erased.id));
    const { requestId, requestedAt } = JSON.parse(String(line)) as Record<string, string>;
    const evidence = {
      request_id: requestId,
      requested_at: new Date(String(requestedAt)),
      requested_by: 'user (repeated by Jo)',
    };
    expect(await erasureHelpers(gateway).rowsOf(erased)).toMatchObject([evidence, evidence]);
  });

  it('repeats no erasure twice, also with the list from the other database', async () => {
    expect(await again(printed)).toEqual({
      code: 0,
      output: 'Repeated 0. Not needed: 5, because the database has them.\n',
    });
  });

  it('rejects a line that was cut off, because its erasure would stay undone', async () => {
    expect(await again('{"event":"kyc.erasure_requested","userId":"5b6f')).toEqual({
      code: 1,
      output: 'Error: line 1 has kyc.erasure_requested, but is not valid JSON. Correct the file\n',
    });
  });

  it('rejects a file that it cannot read', async () => {
    expect(await command(['--again', join(folder, 'missing'), '--by', 'Jo'])).toMatchObject({
      code: 1,
      output: expect.stringContaining('ENOENT'),
    });
  });

  it('fails for a user id that fits no user of this database, after all other erasures', async () => {
    const entry = { event: 'kyc.erasure_requested', userId: 'other', requestId: randomUUID(), by: 'user' };
    const line = JSON.stringify({ ...entry, requestedAt: new Date() });
    expect(await again(`${line}\n${printed}`)).toEqual({
      code: 1,
      output: expect.stringMatching(/^Request .+\nRepeated 0\. Not needed: 5, .+\nError: 1 erasures failed/),
    });
  });
});
