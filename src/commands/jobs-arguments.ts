import { WORKED_QUEUES } from '../jobs/job.repository.ts';
import type { QueueName } from '../jobs/queues.ts';
import { parseArguments, UsageError } from './command.ts';

const DEFAULT_LIMIT = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const JOBS_USAGE = `Usage: npm run jobs -- list [--queue NAME] [--limit N] [--json]
       npm run jobs -- retry (--all | --queue NAME | --id UUID ...)

  list    counts the jobs of each queue and shows the parked jobs, oldest first. A job is parked when it has used up
          its retries. --limit is ${DEFAULT_LIMIT} by default
  retry   moves parked jobs back to their queue, with all of their retries

Queues: ${WORKED_QUEUES.join(', ')}.
Needs DATABASE_URL only.
Exit code: 0 success, 1 failure or an id that is not parked, 2 wrong arguments.
`;

export const JOBS_OPTIONS = {
  all: { type: 'boolean' },
  id: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  limit: { type: 'string' },
  queue: { type: 'string' },
} as const;

export type JobsRequest =
  | { command: 'list'; queue: QueueName | undefined; limit: number; isJson: boolean }
  | { command: 'retry'; queue: QueueName | undefined; ids: readonly string[] | undefined };

type Values = ReturnType<typeof parseArguments<typeof JOBS_OPTIONS>>['values'];

export function readJobsRequest(values: Values, [command, ...rest]: string[]): JobsRequest {
  if (rest.length > 0) throw new UsageError(`Unexpected argument '${rest[0]}'`);
  const queue = queueOf(values.queue);
  const { all: isAll = false, id: ids, json: isJson = false, limit } = values;

  if (command === 'list') {
    if (isAll || ids !== undefined) throw new UsageError('--all and --id belong to retry');
    return { command, queue, limit: limitOf(limit), isJson };
  }
  if (command === 'retry') {
    if (isJson || limit !== undefined) throw new UsageError('--json and --limit belong to list');
    if ([isAll, queue !== undefined, ids !== undefined].filter(Boolean).length !== 1) {
      throw new UsageError('retry needs exactly one of --all, --queue and --id');
    }
    return { command, queue, ids: ids?.map(idOf) };
  }
  throw new UsageError(command === undefined ? 'Give list or retry' : `Unknown command '${command}'`);
}

function queueOf(name: string | undefined): QueueName | undefined {
  const queue = WORKED_QUEUES.find((known) => known === name);
  if (name !== undefined && queue === undefined) throw new UsageError(`Unknown queue '${name}'`);
  return queue;
}

function idOf(text: string): string {
  if (!UUID.test(text)) throw new UsageError(`'${text}' is not the id of a job`);
  return text.toLowerCase();
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError('--limit must be a whole number of at least 1');
  return Number(text);
}
