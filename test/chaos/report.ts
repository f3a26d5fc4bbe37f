import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figures } from './audit.ts';

/** The line of a chaos test in the final table. */
export type ReportLine = { name: string } & Partial<Figures> & {
    kills?: number;
    /** Injected faults other than kills. */
    faults?: number;
    recoveriesMs?: readonly number[];
    /** The seed that repeats the run. */
    seed?: number;
  };

/** Writes the line for the reporter, which reads it after the run. Without the reporter it does nothing. */
export async function report(line: ReportLine): Promise<void> {
  const folder = process.env['KYC_CHAOS_REPORT'];
  if (folder === undefined) return;
  await appendFile(join(folder, 'lines.jsonl'), `${JSON.stringify(line)}\n`);
}
