import { setTimeout as pause } from 'node:timers/promises';
import type { Program } from '../surroundings/program.ts';

const APART_MS = 500;
/** The maximum number of readings, because memory use may never be stable. */
const READINGS = 12;
const SAME_WITHIN = 0.01;

/** Waits until the resident memory is stable, because the garbage collector still runs after a start or a load. */
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
