import 'reflect-metadata';
import { reasonOf } from '../common/reason-of.ts';
import { orExit } from '../config/or-exit.ts';
import { readDatabaseConfig } from '../config/read-config.ts';
import { withJobs } from '../jobs/boss.ts';
import { ParkedJobs } from '../jobs/parked-jobs.ts';
import { JOBS_USAGE, type JobsRequest, readJobsArguments, WrongArguments } from './jobs-arguments.ts';
import { describeQueues, describeParked } from './jobs-text.ts';
import { say } from './terminal.ts';

const request = readRequest();
if (request.command === 'help') say(JOBS_USAGE);
else await perform(request);

async function perform(request: Exclude<JobsRequest, { command: 'help' }>): Promise<void> {
  const database = orExit(() => readDatabaseConfig());
  try {
    await withJobs(database.url, async (boss) => {
      const parked = new ParkedJobs(boss);
      await (request.command === 'list' ? list(parked, request) : retry(parked, request));
    });
  } catch (error) {
    const reason = reasonOf(error);
    // Its own check at the start: the tables are not there, or of another version.
    const remedy = reason.startsWith('pg-boss ') ? '; npm run migrate -- up' : '';
    process.stderr.write(`The jobs could not be reached: ${reason}${remedy}\n`);
    process.exitCode = 1;
  }
}

async function list(
  jobs: ParkedJobs,
  { queue, limit, isJson }: Extract<JobsRequest, { command: 'list' }>,
): Promise<void> {
  const queues = (await jobs.counts()).filter((counts) => queue === undefined || counts.queue === queue);
  const parked = await jobs.list(queue);
  const shown = parked.slice(0, limit);
  if (isJson) say(JSON.stringify({ queues, parked: shown }, null, 2));
  else say(`${describeQueues(queues)}\n\n${describeParked(shown, parked.length)}`);
}

async function retry(
  jobs: ParkedJobs,
  { queue, ids }: Extract<JobsRequest, { command: 'retry' }>,
): Promise<void> {
  const parked = await jobs.list(queue);
  const chosen = ids === undefined ? parked : parked.filter((job) => ids.includes(job.id));
  const moved = await jobs.retry(chosen);
  if (moved > 0) {
    say(
      `${moved === 1 ? '1 job was' : `${moved} jobs were`} moved back. A running gateway takes up such jobs within seconds.`,
    );
  } else if (ids === undefined) {
    say('Nothing is parked, so nothing was moved.');
  }
  for (const id of ids ?? []) {
    if (chosen.some((job) => job.id === id)) continue;
    process.stderr.write(`No job with the id ${id} is parked.\n`);
    process.exitCode = 1;
  }
}

function readRequest(): JobsRequest {
  try {
    return readJobsArguments(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof WrongArguments)) throw error;
    process.stderr.write(`${error.message}\n\n${JOBS_USAGE}\n`);
    process.exit(2);
  }
}
