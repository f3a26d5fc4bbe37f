import type { ParkedJob, QueueCounts } from '../jobs/parked-jobs.ts';

const COLUMNS = ['queue', 'waiting', 'to be tried again', 'running', 'parked'];

/** A table of how many jobs are where. */
export function describeQueues(queues: readonly QueueCounts[]): string {
  const rows = queues.map(({ queue, waiting, retrying, running, parked }) => [
    queue,
    ...[waiting, retrying, running, parked].map(String),
  ]);
  const widths = COLUMNS.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  return [COLUMNS, ...rows].map(line).join('\n');
}

/** Those that are shown of the `total` that are parked, and what to do about them. */
export function describeParked(shown: readonly ParkedJob[], total: number): string {
  const [first] = shown;
  if (first === undefined) return 'Nothing is parked.';
  const isOne = total === 1;
  const left = total - shown.length;
  return [
    `${total} ${isOne ? 'job is' : 'jobs are'} parked${left > 0 ? `; the first ${shown.length}:` : ':'}`,
    ...shown.map(describeJob),
    [
      ...(left > 0 ? [`${left} more: npm run jobs -- list --limit ${total}`] : []),
      `Once the cause is mended: npm run jobs -- retry --id ${first.id}`,
      ...(isOne ? [] : [`All of a queue: npm run jobs -- retry --queue ${first.queue}`]),
    ].join('\n'),
  ].join('\n\n');
}

function describeJob(job: ParkedJob): string {
  return [
    job.id,
    `  queue   ${job.queue}`,
    `  what    ${subjectOf(job)}`,
    `  made    ${seconds(job.madeAt)}`,
    `  parked  ${seconds(job.parkedAt)}, after ${job.tries === 1 ? '1 try' : `${job.tries} tries`}`,
    `  why     ${job.reason ?? 'not known'}`,
    `  in the log as jobId ${job.jobId ?? 'not known'}`,
  ].join('\n');
}

function subjectOf({ payload }: ParkedJob): string {
  if ('subject' in payload) return `the mail '${payload.subject}' to user ${payload.userId}`;
  if ('lookup' in payload) return `${payload.provider}, ${payload.lookup}`;
  return 'erasureId' in payload ? `the erasure ${payload.erasureId}` : '';
}

function seconds(time: Date): string {
  return time
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}
