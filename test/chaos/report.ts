import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Figures } from './audit.ts';

/** A chaos test's line in the table at the end of the run. */
export type ReportLine = { name: string } & Partial<Figures> & {
    kills?: number;
    /** Everything else that was done to it. */
    faults?: number;
    recoveriesMs?: readonly number[];
    /** With which the run can be repeated. */
    seed?: number;
  };

/** The reporter, which runs beside the tests, reads it at the end. Without the reporter there is nobody to read it. */
export async function report(line: ReportLine): Promise<void> {
  const folder = process.env['KYC_CHAOS_REPORT'];
  if (folder === undefined) return;
  await appendFile(join(folder, 'lines.jsonl'), `${JSON.stringify(line)}\n`);
}
