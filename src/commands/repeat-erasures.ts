import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { reasonOf } from '../common/reason-of.ts';
import type { ErasureService } from '../kyc/erasure/erasure.service.ts';
import { UnknownUserError } from '../users/user-errors.ts';
import { printLine } from './command.ts';
import { withErasures } from './erasures.ts';

/** One line of the file. The gateway logs the same fields. */
interface LoggedErasure {
  event: 'kyc.erasure_requested';
  userId: string;
  requestId: string;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export async function printErasuresSince(since: Date): Promise<void> {
  const requests = await withErasures((erasures) => erasures.listRequestsSince(since));
  for (const request of requests) printLine(JSON.stringify({ event: 'kyc.erasure_requested', ...request }));
}

/** @throws Error if one of the erasures failed, after all others were tried */
export async function repeatErasures(file: string, name: string): Promise<void> {
  const logged = await readErasures(file);
  const counts = { repeated: 0, known: 0, unknown: 0, failed: 0 };
  await withErasures(async (erasures) => {
    for (const erasure of logged) counts[await repeat(erasures, erasure, name)] += 1;
  });
  const { repeated, known, unknown, failed } = counts;
  printLine(
    `Repeated ${repeated}. Not needed: ${known} are in the database, and of ${unknown} users there is no data.`,
  );
  if (failed > 0) throw new Error(`${failed} erasures failed. Run the command again`);
}

async function repeat(erasures: ErasureService, { userId, requestId }: LoggedErasure, name: string) {
  try {
    const request = await erasures.repeatErasure(userId, requestId, { kind: 'operator', name }, new Date());
    return request === null ? 'known' : 'repeated';
  } catch (error) {
    if (error instanceof UnknownUserError) return 'unknown';
    printLine(`Request ${requestId}: ${reasonOf(error)}`);
    return 'failed';
  }
}

/** Skips all other lines, so that the file can be a log of the gateway. */
async function readErasures(file: string): Promise<LoggedErasure[]> {
  const found = new Map<string, LoggedErasure>();
  for await (const line of createInterface(createReadStream(file))) {
    const entry = line.includes('kyc.erasure_requested') ? parseLine(line) : null;
    if (entry !== null) found.set(entry.requestId, entry);
  }
  return [...found.values()];
}

/** @throws Error if the line was cut off, because a skipped erasure would stay undone without notice */
function parseLine(line: string): LoggedErasure | null {
  const json = line.slice(line.indexOf('{'));
  let entry: Partial<LoggedErasure>;
  try {
    entry = JSON.parse(json) as Partial<LoggedErasure>;
  } catch {
    throw new Error('a line with kyc.erasure_requested is not valid JSON. Correct the file');
  }
  const { event, userId, requestId } = entry;
  if (event !== 'kyc.erasure_requested') return null;
  if (typeof userId !== 'string' || typeof requestId !== 'string' || !UUID.test(requestId)) {
    throw new Error('a line with kyc.erasure_requested has no userId or no requestId. Correct the file');
  }
  return { event, userId, requestId };
}
