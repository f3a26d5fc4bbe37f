import type { ParkedJob, QueueCounts } from '../jobs/job.repository.ts';

const COLUMNS = ['queue', 'waiting', 'retrying', 'running', 'parked'];

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

export function describeParked(shown: readonly ParkedJob[], total: number): string {
  const [first] = shown;
  if (first === undefined) return 'Nothing is parked.';
  const isOne = total === 1;
  const left = total - shown.length;
  return [
    `${total} ${isOne ? 'job is' : 'jobs are'} parked${left > 0 ? `. The first ${shown.length}:` : ':'}`,
    ...shown.map(describeJob),
    [
      ...(left > 0 ? [`${left} more: npm run jobs -- list --limit ${total}`] : []),
      `To retry after you have fixed the cause: npm run jobs -- retry --id ${first.id}`,
      ...(isOne ? [] : [`To retry all of a queue: npm run jobs -- retry --queue ${first.queue}`]),
    ].join('\n'),
  ].join('\n\n');
}

function describeJob(job: ParkedJob): string {
  return [
    job.id,
    `  queue    ${job.queue}`,
    `  subject  ${subjectOf(job)}`,
    `  created  ${seconds(job.madeAt)}`,
    `  parked   ${seconds(job.parkedAt)}, after ${job.tries === 1 ? '1 try' : `${job.tries} tries`}`,
    `  reason   ${job.reason ?? 'unknown'}`,
    `  jobId in the log  ${job.jobId ?? 'unknown'}`,
  ].join('\n');
}

function subjectOf({ payload }: ParkedJob): string {
  if ('subject' in payload) return `mail '${payload.subject}' to user ${payload.userId}`;
  if ('lookup' in payload) return `look-up of ${payload.lookup} at ${payload.provider}`;
  return 'erasureId' in payload ? `erasure ${payload.erasureId}` : '';
}

function seconds(time: Date): string {
  return time
    .toISOString()
    .replace('T', ' ')
    .replace(/\.\d+Z$/, ' UTC');
}
