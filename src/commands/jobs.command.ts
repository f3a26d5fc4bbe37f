import 'reflect-metadata';
import { orExit } from '../config/or-exit.ts';
import { readDatabaseConfig } from '../config/read-config.ts';
import { withJobs } from '../jobs/boss.ts';
import { JobRepository } from '../jobs/job.repository.ts';
import { printLine, runCommand } from './command.ts';
import { JOBS_OPTIONS, JOBS_USAGE, type JobsRequest, readJobsRequest } from './jobs-arguments.ts';
import { describeParked, describeQueues } from './jobs-text.ts';

await runCommand({
  usage: JOBS_USAGE,
  options: JOBS_OPTIONS,
  async run(values, positionals) {
    const request = readJobsRequest(values, positionals);
    const { url } = orExit(() => readDatabaseConfig());
    await withJobs(url, async (boss) => {
      const jobs = new JobRepository(boss);
      await (request.command === 'list' ? list(jobs, request) : retry(jobs, request));
    });
  },
});

async function list(
  jobs: JobRepository,
  { queue, limit, isJson }: Extract<JobsRequest, { command: 'list' }>,
): Promise<void> {
  const queues = (await jobs.counts()).filter((counts) => queue === undefined || counts.queue === queue);
  const parked = await jobs.listParked(queue);
  const shown = parked.slice(0, limit);
  if (isJson) printLine(JSON.stringify({ queues, parked: shown }, null, 2));
  else printLine(`${describeQueues(queues)}\n\n${describeParked(shown, parked.length)}`);
}

async function retry(
  jobs: JobRepository,
  { queue, ids }: Extract<JobsRequest, { command: 'retry' }>,
): Promise<void> {
  const parked = await jobs.listParked(queue);
  const chosen = ids === undefined ? parked : parked.filter((job) => ids.includes(job.id));
  const moved = await jobs.moveBack(chosen);
  if (moved > 0) {
    const count = moved === 1 ? '1 job' : `${moved} jobs`;
    printLine(`Moved ${count} back. A running gateway works on them within seconds.`);
  } else if (ids === undefined) {
    printLine('Nothing is parked.');
  }
  for (const id of ids ?? []) {
    if (chosen.some((job) => job.id === id)) continue;
    process.stderr.write(`Error: no job with the id ${id} is parked.\n`);
    process.exitCode = 1;
  }
}
