import { reasonOf } from '../common/reason-of.ts';
import { ImportUndoRepository, type UndoCounts } from '../kyc/store/import-undo.repository.ts';
import { printLine } from './command.ts';
import type { BatchId } from './import-batch.ts';
import { type ImportRun, printCounts, withImportRun } from './import-run.ts';

/** A range has at most as many users as ids. */
const IDS_AT_ONCE = 2_000n;

export async function undoImport(batch: BatchId, actor: string, apply: boolean): Promise<void> {
  await withImportRun(async (run) => {
    const id = batch.text;
    const counts: UndoCounts = { standing: 0, changed: 0, undone: 0 };
    try {
      await visit(run, batch, actor, apply, counts);
    } catch (error) {
      const rest = apply ? `${counts.standing} users are undone. To go on, run the same command again.` : '';
      throw new Error(`${reasonOf(error)}. ${rest}`.trim(), { cause: error });
    } finally {
      if (apply && counts.standing > 0) {
        run.log({ event: 'admin.undo_import', actor, batch: id, undone: counts.standing });
      }
    }
    if (counts.standing + counts.changed + counts.undone === 0) {
      throw new Error(
        'The ledger contains no user of this batch. An erasure removes a user from their batch.',
      );
    }
    printLine(`Batch ${id}:`);
    printCounts([
      [apply ? 'undone' : 'to undo', counts.standing],
      ['changed since', counts.changed],
      ['undone before', counts.undone],
    ]);
    if (!apply) printLine('This was a dry run. Nothing has been changed. --apply undoes the batch.');
  });
}

/** Adds what it finds to the counts, range by range of the ledger. */
async function visit(
  run: ImportRun,
  { text: id, eventsAfter }: BatchId,
  actor: string,
  apply: boolean,
  counts: UndoCounts,
): Promise<void> {
  const undos = new ImportUndoRepository(run.users);
  const batch = { id, actor, now: new Date() };
  const end = await undos.lastEventId(run.manager);
  for (let after = eventsAfter; after < end; after += IDS_AT_ONCE) {
    if (run.isStopped()) throw new Error('Stopped');
    const range = { after, last: after + IDS_AT_ONCE < end ? after + IDS_AT_ONCE : end };
    const found = await (apply
      ? undos.undo(run.manager, batch, range)
      : undos.count(run.manager, batch, range));
    for (const name of ['standing', 'changed', 'undone'] as const) counts[name] += found[name];
    run.progress(() => `Read the ledger up to ${range.last} of ${end}.`);
  }
}
