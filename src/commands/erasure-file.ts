import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { ERASURE_EVENT } from '../kyc/erasure/erasure.service.ts';
import type { LoggedErasure } from '../kyc/store/erasure.repository.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * Reads the log of a gateway, or the list of `erase --since`. Skips the lines without the word of the event. Returns an
 * erasure once, as its first line describes it.
 * @throws Error if a line has the word but no complete erasure, or if no line has the word. An erasure that was skipped
 * would stay undone without notice.
 */
export async function readErasures(input: Readable): Promise<LoggedErasure[]> {
  const found = new Map<string, LoggedErasure>();
  let number = 0;
  for await (const line of createInterface(input)) {
    number += 1;
    for (const erasure of erasuresOf(line, `line ${number}`)) {
      const key = `${erasure.requestId} ${erasure.requestedAt.toISOString()}`;
      if (!found.has(key)) found.set(key, erasure);
    }
  }
  if (found.size === 0) throw new Error(`no line has ${ERASURE_EVENT}. Give the log or the list of --since`);
  return [...found.values()];
}

function erasuresOf(line: string, place: string): LoggedErasure[] {
  if (!line.includes(ERASURE_EVENT)) return [];
  const entries = entriesOfText(line, place);
  if (entries.length === 0)
    throw new Error(`${place} has ${ERASURE_EVENT}, but not as the event of an entry`);
  return entries.map((entry) => toErasure(entry, place));
}

/** A log collector writes a prefix before the entry, or wraps it in an entry of its own, as text or as an object. */
function entriesOfText(text: string, place: string): Partial<Record<string, unknown>>[] {
  if (!text.includes(ERASURE_EVENT)) return [];
  let value: unknown;
  try {
    value = JSON.parse(text.slice(text.indexOf('{')));
  } catch {
    throw new Error(`${place} has ${ERASURE_EVENT}, but is not valid JSON. Correct the file`);
  }
  return entriesOf(value, place);
}

function entriesOf(value: unknown, place: string): Partial<Record<string, unknown>>[] {
  if (typeof value === 'string') return entriesOfText(value, place);
  if (typeof value !== 'object' || value === null) return [];
  const isEntry = 'event' in value && value.event === ERASURE_EVENT;
  return isEntry ? [value] : Object.values(value).flatMap((part) => entriesOf(part, place));
}

function toErasure(entry: Partial<Record<string, unknown>>, place: string): LoggedErasure {
  const { userId, requestId, requestedAt, by } = entry;
  if (typeof userId !== 'string' || typeof requestId !== 'string' || !UUID.test(requestId)) {
    throw new Error(`${place} has ${ERASURE_EVENT} without userId or requestId. Correct the file`);
  }
  const time = new Date(typeof requestedAt === 'string' ? requestedAt : Number.NaN);
  if (Number.isNaN(time.getTime()) || typeof by !== 'string') {
    throw new Error(`${place} has ${ERASURE_EVENT} without requestedAt or by. The list of --since has both`);
  }
  return { userId, requestId: requestId.toLowerCase(), requestedAt: time, by };
}
