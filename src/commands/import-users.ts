import {
  type ImportBatch,
  type ImportedDecision,
  ImportRepository,
  type LineCounts,
  type WrittenCounts,
} from '../kyc/store/import.repository.ts';
import { reasonOf } from '../common/reason-of.ts';
import { printLine } from './command.ts';
import { newBatchId } from './import-batch.ts';
import { type BadLine, readImportFile } from './import-file.ts';
import { type ImportRun, printCounts, withImportRun } from './import-run.ts';

/** A transaction of this size takes a fraction of a second, so that a start of one of its users hardly waits. */
const LINES_AT_ONCE = 2_000;
const SHOWN_BAD_LINES = 20;
const REPEATED = 'An earlier line names the same user.';

interface Staged {
  counts: LineCounts;
  /** The first ones. */
  badLines: BadLine[];
  bad: number;
  lastLine: number;
}

export async function importUsers(
  file: string,
  actor: string,
  { apply, skipsBadLines }: { apply: boolean; skipsBadLines: boolean },
): Promise<void> {
  await withImportRun(async (run) => {
    const imports = new ImportRepository(run.users);
    const now = new Date();
    const staged = await stage(run, imports, file, now);
    if (run.isStopped()) throw new Error('Stopped. Nothing has been changed.');
    describe(file, staged);
    const { verified, rejected, unknown } = staged.counts;
    if (!apply) {
      printLine('This was a dry run. Nothing has been changed. --apply imports the users.');
      if (staged.bad > 0 || unknown > 0) process.exitCode = 1;
    } else if (staged.bad > 0 && !skipsBadLines) {
      throw new Error('Nothing has been changed. Correct the bad lines, or add --skip-bad-lines.');
    } else if (verified + rejected === 0) {
      printLine('There is no user to import.');
    } else {
      const id = newBatchId(await imports.lastEventId(run.manager));
      await write(run, imports, { id, actor, now }, staged);
    }
  });
}

/** Reads the whole file into a temporary table and compares each line with the database. */
async function stage(run: ImportRun, imports: ImportRepository, file: string, now: Date): Promise<Staged> {
  const counts: LineCounts = { verified: 0, rejected: 0, decided: 0, unknown: 0 };
  const staged: Staged = { counts, badLines: [], bad: 0, lastLine: 0 };
  let read: ImportedDecision[] = [];
  let bad: BadLine[] = [];

  async function flush(): Promise<void> {
    const { repeated, ...added } = await imports.addLines(run.manager, read);
    for (const name of ['verified', 'rejected', 'decided', 'unknown'] as const) counts[name] += added[name];
    bad.push(...repeated.map((line) => ({ line, problem: REPEATED })));
    staged.bad += bad.length;
    bad.sort((a, b) => a.line - b.line);
    staged.badLines.push(...bad.slice(0, SHOWN_BAD_LINES - staged.badLines.length));
    [read, bad] = [[], []];
    run.progress(() => `Read ${staged.lastLine} lines.`);
  }

  await imports.createLines(run.manager);
  for await (const line of readImportFile(file, now)) {
    if (run.isStopped()) break;
    staged.lastLine = line.line;
    if ('problem' in line) bad.push(line);
    else read.push(line);
    if (read.length + bad.length >= LINES_AT_ONCE) await flush();
  }
  await flush();
  return staged;
}

function describe(file: string, { counts, badLines, bad }: Staged): void {
  printLine(`${file}:`);
  printCounts([
    ['to verify', counts.verified],
    ['to reject', counts.rejected],
    ['already decided', counts.decided],
    ['unknown users', counts.unknown],
    ['bad lines', bad],
  ]);
  for (const { line, problem } of badLines) printLine(`Line ${line}: ${problem}`);
  if (bad > badLines.length) printLine(`${bad - badLines.length} more bad lines are not shown.`);
}

async function write(
  run: ImportRun,
  imports: ImportRepository,
  batch: ImportBatch,
  { counts, lastLine }: Staged,
): Promise<void> {
  printLine(`Batch ${batch.id}`);
  const total = counts.verified + counts.rejected;
  const done: WrittenCounts = { verified: 0, rejected: 0 };
  const written = () => done.verified + done.rejected;
  const undo = `To undo: npm run import -- --undo ${batch.id} --apply`;
  try {
    for (let after = 0; after < lastLine; after += LINES_AT_ONCE) {
      if (run.isStopped()) throw new Error('Stopped');
      const { verified, rejected } = await imports.write(run.manager, batch, after, after + LINES_AT_ONCE);
      done.verified += verified;
      done.rejected += rejected;
      run.progress(() => `Imported ${written()} of ${total} users.`);
    }
  } catch (error) {
    const rest = `${written()} of ${total} users are imported. To go on, run the same command again`;
    throw new Error(`${reasonOf(error)}. ${rest}. ${undo}`, { cause: error });
  } finally {
    run.log({ event: 'admin.import', actor: batch.actor, batch: batch.id, ...done });
  }
  printLine(`Imported: ${done.verified} verified, ${done.rejected} rejected.`);
  if (written() < total) printLine(`${total - written()} users got a status or a session in the meantime.`);
  printLine(undo);
}
