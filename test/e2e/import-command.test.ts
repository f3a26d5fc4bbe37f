import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { openEvents } from '../support/event-stream.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import {
  batchOf,
  type CommandResult,
  DAY,
  type ImportCommand,
  importCommand,
} from '../support/import-command.ts';

const BUILD_TIMEOUT_MS = 120_000;

describe('npm run import', () => {
  let gateway: TestGateway;
  let command: ImportCommand;

  beforeAll(async () => {
    await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined });
    gateway = await startGateway({ provider: 'persona', environment: { KYC_MAX_ATTEMPTS: '1' } });
    command = await importCommand(gateway);
  }, BUILD_TIMEOUT_MS);
  afterAll(async () => {
    await command.dispose();
    await gateway.close();
  });

  describe('of a verified and a rejected user', () => {
    const decidedAt = new Date('2024-05-17T08:30:00Z');
    let verified: User;
    let rejected: User;
    let file: string;
    let dry: CommandResult & { row: Record<string, unknown>; attempts: unknown[] };
    let applied: CommandResult;
    let seen: Record<string, unknown>;

    beforeAll(async () => {
      [verified, rejected] = [await gateway.createUser(), await gateway.createUser()];
      file = await command.fileWith(
        `${verified.id.toUpperCase()},verified,2024-05-17T10:30:00+02:00,"Branch office, ticket 4711"`,
        `${rejected.id},rejected,${DAY},`,
      );
      const [row, attempts] = [gateway.userRow, command.attemptsOf];
      dry = { ...(await command.run(file)), row: await row(verified), attempts: await attempts(verified) };
      const page = await openEvents(`${gateway.url}/api/kyc/status/stream`, verified.token);
      applied = await command.run(file, '--apply', '--by', 'Jo');
      seen = await page.waitFor((state) => state['kyc_status'] !== 'not_verified');
      page.close();
    });

    it('counts in a dry run, and changes nothing', () => {
      expect(dry.output).toMatch(/to verify +1\n +to reject +1\n +already decided +0\n +unknown users +0\n/);
      expect(dry.output).toContain('This was a dry run. Nothing has been changed.');
      expect(dry.code).toBe(0);
      expect(dry.row).toMatchObject({ kyc_status: 'not_verified', kyc_provider: null });
      expect(dry.attempts).toEqual([]);
    });

    it('sets their status with --apply, also on an open page', async () => {
      expect(applied).toMatchObject({
        code: 0,
        output: expect.stringContaining('Imported: 1 verified, 1 rejected.'),
      });
      const { body } = await gateway.status(verified);
      expect(body).toMatchObject({ kyc_status: 'verified', kyc_provider: 'manual', next_action: 'none' });
      expect(seen).toEqual(body);
      expect((await gateway.status(rejected)).body).toMatchObject({
        kyc_status: 'rejected',
        kyc_rejection_reason: 'other',
        next_action: 'retry',
        attempts_left: 1,
      });
    });

    it('dates the decision as the file does, and names the operator and the note in the ledger', async () => {
      const [attempt] = await command.attemptsOf(verified);
      expect(attempt).toMatchObject({ phase: 'approved', decided_at: decidedAt, phase_since: decidedAt });
      expect(await gateway.events(String(attempt?.['provider_session_id']))).toMatchObject([
        {
          source: 'operator',
          outcome: 'approved',
          occurred_at: decidedAt,
          actor: 'Jo',
          note: 'Branch office, ticket 4711',
          event_key: `operator:import:${batchOf(applied)}:2`,
        },
      ]);
    });

    it('prints a line for the audit log', () => {
      const line = applied.output.split('\n').find((text) => text.startsWith('{')) ?? '{}';
      const batch = batchOf(applied);
      const audited = { event: 'admin.import', actor: 'Jo', batch, verified: 1, rejected: 1 };
      expect(JSON.parse(line)).toMatchObject(audited);
    });

    it('sends no mail', async () => {
      const mails = await gateway.database.query(
        `SELECT 1 FROM kyc_jobs.job WHERE name = 'notification' AND data ->> 'userId' = ANY($1)`,
        [[verified.id, rejected.id]],
      );
      expect(mails).toEqual([]);
    });

    it('changes nothing the second time', async () => {
      const before = await command.attemptsOf(verified);
      const { code, output } = await command.run(file, '--apply');
      expect(output).toMatch(/to verify +0\n +to reject +0\n +already decided +2\n/);
      expect(output).toContain('There is no user to import.');
      expect(code).toBe(0);
      expect(await command.attemptsOf(verified)).toEqual(before);
    });

    it('lets the rejected user start, and the verified user not', async () => {
      expect((await gateway.start(rejected)).status).toBe(201);
      expect(await gateway.start(verified)).toMatchObject({ body: { code: 'kyc.already_verified' } });
    });
  });

  it('leaves a user with a session, a status or a later erasure alone', async () => {
    const { user: started, sessionId } = await gateway.openSession();
    const [known, erased] = [await gateway.createUser(), await gateway.createUser()];
    await gateway.database.query(`UPDATE users SET kyc_status = 'verified' WHERE id = $1`, [known.id]);
    await gateway.database.query(
      `INSERT INTO kyc_erasures (request_id, user_id, place, requested_at, requested_by, erased_at)
       VALUES (gen_random_uuid(), $1, 'gateway', now(), 'user', now())`,
      [erased.id],
    );
    const lines = [started, known, erased].map(({ id }) => `${id},rejected,${DAY},`);

    const { output } = await command.run(await command.fileWith(...lines), '--apply');

    expect(output).toMatch(/already decided +3\n/);
    expect(await gateway.userRow(started)).toMatchObject({
      kyc_status: 'pending',
      kyc_session_id: sessionId,
    });
    expect(await gateway.userRow(known)).toMatchObject({ kyc_status: 'verified', kyc_provider: null });
    expect(await gateway.userRow(erased)).toMatchObject({ kyc_status: 'not_verified' });
  });

  it('counts unknown users, and imports the others', async () => {
    const user = await gateway.createUser();
    const unknown = [randomUUID(), 'no uuid'].map((id) => `${id},verified,${DAY},`);
    const file = await command.fileWith(...unknown, `${user.id},verified,${DAY},`);

    const dry = await command.run(file);
    const { code, output } = await command.run(file, '--apply');

    expect(dry).toMatchObject({ code: 1, output: expect.stringMatching(/unknown users +2\n/) });
    expect([code, output]).toEqual([0, expect.stringContaining('Imported: 1 verified, 0 rejected.')]);
  });

  it('names the bad lines, and imports the others only with --skip-bad-lines', async () => {
    const user = await gateway.createUser();
    const bad = Array.from({ length: 22 }, () => `${randomUUID()},pending,${DAY},`);
    const lines = [`${user.id},verified,${DAY},`, `${user.id},rejected,${DAY},`, ...bad];
    const file = await command.fileWith(...lines);

    const dry = await command.run(file);
    expect(dry.output).toMatch(
      /bad lines +23\nLine 3: An earlier line names the same user.\nLine 4: The status/,
    );
    expect(dry.output).toMatch(/^Line 22: .*\n3 more bad lines are not shown.$/m);
    expect(dry.code).toBe(1);

    const refused = await command.run(file, '--apply');
    expect(refused).toMatchObject({ code: 1, output: expect.stringMatching(/^Error: Nothing has been/m) });
    expect(await command.attemptsOf(user)).toEqual([]);

    expect(await command.run(file, '--apply', '--skip-bad-lines')).toMatchObject({ code: 0 });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });

  it('completes the transaction in progress after Ctrl-C, and says how to go on', async () => {
    const users: { id: string }[] = await gateway.database.query(
      `INSERT INTO users (email) SELECT 'x@example.com' FROM generate_series(1, 20000) RETURNING id`,
    );
    const file = await command.fileWith(...users.map(({ id }) => `${id},verified,${DAY},`));

    const stopped = await command.start([file, '--apply']);
    const [, batch] = await stopped.waitFor(/^Batch (\S+)$/m);
    // npm repeats the signal of the terminal.
    stopped.kill('SIGINT');
    stopped.kill('SIGINT');
    expect(await stopped.ended).toBe(1);
    const [, done = ''] =
      /^Error: Stopped. (\d+) of 20000 users are imported. To go on, run the same command again. To undo: npm run import -- --undo /m.exec(
        stopped.output(),
      ) ?? [];
    const written: unknown[] = await gateway.database.query(
      `SELECT 1 FROM kyc_events WHERE event_key LIKE $1`,
      [`operator:import:${batch}:%`],
    );
    expect(String(written.length)).toBe(done);

    const { code, output } = await command.run(file, '--apply');
    expect(output).toContain(`Imported: ${20_000 - Number(done)} verified, 0 rejected.`);
    expect(code).toBe(0);
  });

  it.each([
    [[]],
    [['a.csv', 'b.csv']],
    [['a.csv', '--undo', '0-00000000']],
    [['--undo', 'batch']],
    [['a.csv', '--skip-bad-lines']],
    [['a.csv', '--by', ' ']],
    [['--what']],
  ])('exits with 2 and prints its usage for the arguments %j', async (args) => {
    const usage = expect.stringContaining('Usage: npm run import');
    expect(await command.run(...args)).toMatchObject({ code: 2, output: usage });
  });

  it('exits with 1 and one message if the file has no header, or the database does not answer', async () => {
    const file = await command.fileWith();
    const unreachable = await command.start([file], 'postgres://kyc:s3cret@localhost:1/kyc');
    expect(await unreachable.ended).toBe(1);
    expect(unreachable.output()).toMatch(/^Error: .*ECONNREFUSED.*\n$/);

    await writeFile(file, `${randomUUID()},verified,${DAY}\n`);
    const output = expect.stringMatching(/^Error: The first line must be a header .*\n$/);
    expect(await command.run(file)).toEqual({ code: 1, output });
  });

  it('is refused if the users table does not fit the configuration', async () => {
    const user = await gateway.createUser();
    const file = await command.fileWith(`${user.id},verified,${DAY},`);
    const started = await command.start([file, '--apply'], undefined, { USERS_EMAIL_COLUMN: 'mail' });
    expect(await started.ended).toBe(1);
    expect(started.output()).toMatch(/^Error: The table users has no column mail\. .*USERS_EMAIL_COLUMN/);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'not_verified' });
  });
});
