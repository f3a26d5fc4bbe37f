import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { withJobs } from '../../src/jobs/boss.ts';
import { JobRepository } from '../../src/jobs/job.repository.ts';
import type { JobPayloads, QueueName } from '../../src/jobs/queues.ts';
import { ROOT, type RunningCommand, runCommand } from '../support/running-command.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';

const BUILD_TIMEOUT_MS = 120_000;
const COMMAND = join(ROOT, 'dist', 'commands', 'jobs.js');

interface Result {
  code: unknown;
  output: string;
}

describe('npm run jobs', () => {
  const commands: RunningCommand[] = [];
  let database: TestDatabase;

  beforeAll(() => buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined }), BUILD_TIMEOUT_MS);
  beforeEach(async () => {
    database = await createTestDatabase();
  });
  afterEach(async () => {
    for (const command of commands.splice(0)) await command.dispose();
    await database.drop();
  });

  async function run(args: string[], environment = { DATABASE_URL: database.url }): Promise<Result> {
    const command = await runCommand([COMMAND, ...args], { environment });
    commands.push(command);
    return { code: await command.ended, output: command.output() };
  }

  /** Parks a job after one try and returns its id. */
  const park = <Name extends QueueName>(queue: Name, payload: JobPayloads[Name], message: string) =>
    withJobs(database.url, async (boss) => {
      const jobId = await boss.send(queue, payload, { retryLimit: 0 });
      await boss.fetch(queue);
      await boss.fail(queue, jobId ?? '', { message });
      const parked = await new JobRepository(boss).listParked();
      return parked.find((job) => job.jobId === jobId)?.id ?? '';
    });
  const waiting = (queue: QueueName) =>
    withJobs(database.url, async (boss) => {
      const jobs = await boss.findJobs<object>(queue, { queued: true });
      return jobs.map((job) => job.data);
    });

  const mail = (): JobPayloads['notification'] => ({
    mailId: randomUUID(),
    userId: randomUUID(),
    subject: 'verified',
    reason: null,
  });
  const lookup = { provider: 'onfido', lookup: 'run-1' };

  it('counts the jobs of each queue and shows why a job is parked and how to retry it', async () => {
    const payload = mail();
    const id = await park(
      'notification',
      payload,
      'the mail server permanently rejected the recipient (EENVELOPE 550)',
    );

    const { code, output } = await run(['list']);

    expect(code).toBe(0);
    expect(output).toMatch(/queue +waiting +retrying +running +parked\nnotification +0 +0 +0 +1\n/);
    expect(output).toContain(`mail 'verified' to user ${payload.userId}`);
    expect(output).toContain('after 1 try');
    expect(output).toContain('the mail server permanently rejected the recipient (EENVELOPE 550)');
    expect(output).toContain(`npm run jobs -- retry --id ${id}`);
  });

  it('lists the first jobs of a queue and says how many more are parked', async () => {
    await park('notification', mail(), 'no');
    await park('provider-lookup', lookup, 'the first');
    await park('provider-lookup', lookup, 'the second');

    const { output } = await run(['list', '--queue', 'provider-lookup', '--limit', '1']);

    expect(output).toContain('2 jobs are parked. The first 1:');
    expect(output).toContain('look-up of run-1 at onfido');
    expect(output).toContain('the first\n');
    expect(output).not.toMatch(/the second|notification/);
  });

  it('lists the queues and parked jobs as JSON', async () => {
    const id = await park('provider-lookup', lookup, 'no such run');

    const { output } = await run(['list', '--json']);

    expect(JSON.parse(output)).toMatchObject({
      queues: expect.arrayContaining([
        expect.objectContaining({ queue: 'notification', parked: 0 }),
        expect.objectContaining({ queue: 'provider-lookup', parked: 1 }),
      ]),
      parked: [{ id, queue: 'provider-lookup', payload: lookup, tries: 1, reason: 'no such run' }],
    });
  });

  it('says that nothing is parked, and moves nothing', async () => {
    const [listed, moved] = [await run(['list']), await run(['retry', '--all'])];
    expect([listed, moved]).toMatchObject([{ code: 0 }, { code: 0 }]);
    expect(listed.output).toContain('Nothing is parked.');
    expect(moved.output).toBe('Nothing is parked.\n');
  });

  it('moves the jobs with the given ids back, with their payloads', async () => {
    const [first, second, third] = [mail(), mail(), mail()];
    const ids = [await park('notification', first, 'no'), await park('notification', second, 'no')];
    await park('notification', third, 'no');

    const { code, output } = await run(['retry', ...ids.flatMap((id) => ['--id', id])]);

    expect([code, output]).toEqual([0, expect.stringMatching(/^Moved 2 jobs back/)]);
    expect(new Set(await waiting('notification'))).toEqual(new Set([first, second]));
    expect(await waiting('notification-dead' as QueueName)).toEqual([third]);
  });

  it('moves the parked jobs of a queue back', async () => {
    await park('notification', mail(), 'no');
    await park('provider-lookup', lookup, 'no');

    const { output } = await run(['retry', '--queue', 'provider-lookup']);

    expect(output).toMatch(/^Moved 1 job back/);
    expect([await waiting('provider-lookup'), await waiting('notification')]).toEqual([[lookup], []]);
  });

  it('moves every parked job back to its own queue', async () => {
    const payload = mail();
    await park('notification', payload, 'no');
    await park('provider-lookup', lookup, 'no');

    await run(['retry', '--all']);

    expect([await waiting('provider-lookup'), await waiting('notification')]).toEqual([[lookup], [payload]]);
  });

  it('exits with 1 for an id that is not parked, and moves the other jobs', async () => {
    const payload = mail();
    const [id, unknown] = [await park('notification', payload, 'no'), randomUUID()];

    const { code, output } = await run(['retry', '--id', unknown, '--id', id]);

    expect([code, await waiting('notification')]).toEqual([1, [payload]]);
    expect(output).toContain(`no job with the id ${unknown} is parked.`);
  });

  it('prints its usage for --help without a configuration', async () => {
    const { code, output } = await run(['--help'], { DATABASE_URL: '' });
    expect([code, output]).toEqual([0, expect.stringContaining('npm run jobs -- retry')]);
  });

  it('exits with 2 and prints its usage for an unknown command', async () => {
    const { code, output } = await run(['purge']);
    expect([code, output]).toEqual([2, expect.stringMatching(/'purge'\n\nUsage: npm run jobs/)]);
  });

  it.each([
    ['without DATABASE_URL', { DATABASE_URL: '' }, /DATABASE_URL must be set/],
    [
      'when the database does not answer',
      { DATABASE_URL: 'postgres://kyc:s3cret@localhost:1/kyc' },
      /^Error: .*ECONNREFUSED/,
    ],
  ])('exits with 1 and one message %s', async (_, environment, sentence) => {
    const { code, output } = await run(['list'], environment);
    expect([code, output]).toEqual([1, expect.stringMatching(sentence)]);
    expect(output).not.toMatch(/^ +at |s3cret/m);
  });

  it('exits with 1 and names the migrate command if the job tables are missing', async () => {
    const empty = await createTestDatabase({ isEmpty: true });
    const { code, output } = await run(['list'], { DATABASE_URL: empty.url });
    await empty.drop();
    expect([code, output]).toEqual([1, expect.stringContaining('npm run migrate -- up')]);
  });
});
