import { createReadStream } from 'node:fs';
import { reasonOf } from '../common/reason-of.ts';
import { ERASURE_EVENT, type ErasureService } from '../kyc/erasure/erasure.service.ts';
import type { LoggedErasure } from '../kyc/store/erasure.repository.ts';
import { printLine } from './command.ts';
import { readErasures } from './erasure-file.ts';
import { withErasures } from './erasures.ts';

export async function printErasuresSince(since: Date): Promise<void> {
  const found = await withErasures((erasures) => erasures.listSince(since));
  for (const erasure of found) printLine(JSON.stringify({ event: ERASURE_EVENT, ...erasure }));
}

/**
 * Reads standard input if the file is `-`.
 * @throws Error if one of the erasures failed, after all others were tried
 */
export async function repeatErasures(file: string, name: string): Promise<void> {
  const logged = await readErasures(file === '-' ? process.stdin : createReadStream(file));
  const counts = { repeated: 0, known: 0, failed: 0 };
  await withErasures(async (erasures) => {
    for (const erasure of logged) counts[await repeat(erasures, erasure, name)] += 1;
  });
  const { repeated, known, failed } = counts;
  printLine(`Repeated ${repeated}. Not needed: ${known}, because the database has them.`);
  if (failed > 0) throw new Error(`${failed} erasures failed. Run the command again`);
}

async function repeat(erasures: ErasureService, erasure: LoggedErasure, name: string) {
  try {
    const request = await erasures.repeatErasure(erasure, name, new Date());
    return request === null ? 'known' : 'repeated';
  } catch (error) {
    printLine(`Request ${erasure.requestId}: ${reasonOf(error)}`);
    return 'failed';
  }
}
