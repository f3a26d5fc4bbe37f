import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from '../surroundings/program.ts';

const APART_MS = 500;
/** After this many readings the last one counts, because memory use may never settle. */
const READINGS = 12;
const SAME_WITHIN = 0.01;

/** The resident memory once it is stable: after a start or a load the garbage collector still runs. */
export async function settledBytes(program: Program): Promise<number> {
  let last = await program.residentBytes();
  for (let reading = 0; reading < READINGS; reading += 1) {
    await pause(APART_MS);
    const bytes = await program.residentBytes();
    if (Math.abs(bytes - last) < SAME_WITHIN * last) return bytes;
    last = bytes;
  }
  return last;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MB`;
}
