import { runCommand, UsageError } from './command.ts';

const USAGE = `Usage: npm run erase -- --user ID --by NAME [--json]
       npm run erase -- --list [--json]
       npm run erase -- --since TIME
       npm run erase -- --again FILE --by NAME

Erases the verification data of a user. The gateway's own data is erased at once, and an open session ends. A running
gateway then asks the providers to erase theirs, which may take weeks. Repeating the command is safe.

  --user ID     the user; the row in users may be deleted already
  --by NAME     who requests the erasure, 1 to 255 characters; kept as evidence. With --again, who repeats it, 1 to 100
  --list        shows what the providers have not erased yet, oldest first
  --since TIME  prints a line of JSON for each erasure that was requested since then, such as 2026-11-01T00:00Z
  --again FILE  after the restore of a backup: repeats the erasures that the database does not have, with their
                requesters and times. The file has the lines of --since, or of the gateway's log
                (kyc.erasure_requested), also with the prefix or the JSON that a log collector adds. Its other lines are
                skipped. - is standard input
  --json        prints JSON

Needs the configuration of the gateway.
Exit code: 0 success, 1 failure, 2 wrong arguments.
`;

await runCommand({
  usage: USAGE,
  options: {
    user: { type: 'string' },
    by: { type: 'string' },
    list: { type: 'boolean' },
    since: { type: 'string' },
    again: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ user, by, since, again, list: isList = false, json: isJson = false }, positionals) {
    if (positionals.length > 0) throw new UsageError(`Unexpected argument '${positionals[0]}'`);
    const actions = [user !== undefined, isList, since !== undefined, again !== undefined];
    if (actions.filter(Boolean).length !== 1 || (by !== undefined && (isList || since !== undefined))) {
      throw new UsageError('Give one of --user, --list, --since and --again');
    }
    if (isList) return (await loadErasures()).listPendingErasures(isJson);
    if (since !== undefined) {
      const time = timeOf(since);
      return (await loadRepetition()).printErasuresSince(time);
    }
    const name = by?.trim() ?? '';
    const maxLength = again === undefined ? 255 : 100;
    if (name === '' || name.length > maxLength) {
      throw new UsageError(`--by must have 1 to ${maxLength} characters`);
    }
    if (again !== undefined) return (await loadRepetition()).repeatErasures(again, name);
    return (await loadErasures()).eraseUser(user ?? '', name, isJson);
  },
});

function timeOf(text: string): Date {
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) throw new UsageError('--since must be a time such as 2026-11-01T00:00Z');
  return time;
}

/** Loads the gateway's modules late, because they take a second and a usage error needs none of them. */
function loadErasures() {
  return import('./erasures.ts');
}

function loadRepetition() {
  return import('./repeat-erasures.ts');
}
