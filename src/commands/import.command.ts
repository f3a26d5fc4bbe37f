import { parseBatchId } from './import-batch.ts';
import { runCommand, UsageError } from './command.ts';

const USAGE = `Usage: npm run import -- FILE [--apply [--skip-bad-lines] [--by NAME]]
       npm run import -- --undo BATCH [--apply [--by NAME]]

Brings in users who were verified or rejected before the gateway came. Users who have a status or a session already stay
as they are. No user receives a mail. Without --apply the command only counts.

  FILE               a CSV file with the header user_id,status,date,note
                       status  verified or rejected
                       date    when it was decided: an ISO date, or an ISO time with a time zone
                       note    for the audit trail, at most 500 characters; the column is optional
  --apply            writes to the database
  --skip-bad-lines   imports the other lines, although some lines cannot be used
  --undo BATCH       withdraws what the batch brought, where it still decides the status of the user
  --by NAME          who imports, 1 to 255 characters, for the audit trail; "import" by default

Needs DATABASE_URL only, and the variables USERS_TABLE… if they are set (docs/users-table.md).
Exit code: 0 success; 1 failure, or in a dry run bad lines or unknown users; 2 wrong arguments.
`;

await runCommand({
  usage: USAGE,
  options: {
    apply: { type: 'boolean' },
    'skip-bad-lines': { type: 'boolean' },
    undo: { type: 'string' },
    by: { type: 'string' },
  },
  async run({ apply = false, 'skip-bad-lines': skipsBadLines = false, undo, by }, [file, ...rest]) {
    if (rest.length > 0) throw new UsageError(`Unexpected argument '${rest[0]}'`);
    if ((file === undefined) === (undo === undefined)) throw new UsageError('Give either a file or --undo');
    if (skipsBadLines && (undo !== undefined || !apply)) {
      throw new UsageError('--skip-bad-lines belongs to the --apply of a file');
    }
    const actor = (by ?? 'import').trim();
    if (actor === '' || actor.length > 255) throw new UsageError('--by must have 1 to 255 characters');
    // Loaded late, because TypeORM takes a second and a usage error does not need it.
    if (undo !== undefined) {
      const batch = parseBatchId(undo);
      if (batch === null) throw new UsageError(`'${undo}' is not the id of a batch`);
      const { undoImport } = await import('./undo-import.ts');
      await undoImport(batch, actor, apply);
    } else if (file !== undefined) {
      const { importUsers } = await import('./import-users.ts');
      await importUsers(file, actor, { apply, skipsBadLines });
    }
  },
});
