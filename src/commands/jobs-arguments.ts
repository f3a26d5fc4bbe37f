import { parseArgs } from 'node:util';
import { WORKED_QUEUES } from '../jobs/parked-jobs.ts';
import type { QueueName } from '../jobs/queues.ts';

const DEFAULT_LIMIT = 50;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const JOBS_USAGE = `Usage: npm run jobs -- list [--queue NAME] [--limit N] [--json]
       npm run jobs -- retry (--all | --queue NAME | --id UUID ...)

  list    shows how many jobs are where, and those that were given up (parked): at most ${DEFAULT_LIMIT}, or N,
          the one that was parked first before the others
  retry   moves parked jobs back to the queue they came from, to be tried from the beginning

Queues: ${WORKED_QUEUES.join(', ')}. Needs DATABASE_URL only.
Exit code: 0; 1 if it could not be done or an id is not parked; 2 if it was not understood.`;

/** What the user asks for. `ids` is absent where all that are parked are meant. */
export type JobsRequest =
  | { command: 'help' }
  | { command: 'list'; queue: QueueName | undefined; limit: number; isJson: boolean }
  | { command: 'retry'; queue: QueueName | undefined; ids: readonly string[] | undefined };

export class WrongArguments extends Error {}

/** @throws WrongArguments */
export function readJobsArguments(args: string[]): JobsRequest {
  const { positionals, values } = parse(args);
  if (values.help === true) return { command: 'help' };
  const [command, ...rest] = positionals;
  if (rest.length > 0) throw new WrongArguments(`'${rest[0]}' is not understood`);
  const queue = queueOf(values.queue);
  const { all: isAll = false, id: ids, json: isJson = false, limit } = values;

  if (command === 'list') {
    if (isAll || ids !== undefined) throw new WrongArguments('--all and --id are for retry');
    return { command, queue, limit: limitOf(limit), isJson };
  }
  if (command === 'retry') {
    if (isJson || limit !== undefined) throw new WrongArguments('--json and --limit are for list');
    if ([isAll, queue !== undefined, ids !== undefined].filter(Boolean).length !== 1) {
      throw new WrongArguments('retry needs either --all, or --queue, or --id');
    }
    return { command, queue, ids: ids?.map(idOf) };
  }
  throw new WrongArguments(
    command === undefined ? 'list or retry?' : `'${command}' is neither list nor retry`,
  );
}

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        all: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        id: { type: 'string', multiple: true },
        json: { type: 'boolean' },
        limit: { type: 'string' },
        queue: { type: 'string' },
      },
    });
  } catch (error) {
    throw new WrongArguments(error instanceof Error ? error.message : String(error));
  }
}

function queueOf(name: string | undefined): QueueName | undefined {
  const queue = WORKED_QUEUES.find((known) => known === name);
  if (name !== undefined && queue === undefined) throw new WrongArguments(`No queue is named '${name}'`);
  return queue;
}

function idOf(text: string): string {
  if (!UUID.test(text)) throw new WrongArguments(`'${text}' is not the id of a job`);
  return text.toLowerCase();
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new WrongArguments('--limit must be a number of jobs');
  return Number(text);
}
