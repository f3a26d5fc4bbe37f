import { runCommand, UsageError } from './command.ts';

const USAGE = `Usage: npm run erase -- --user ID --by NAME [--json]
       npm run erase -- --list [--json]

Erases the verification data of a user. The gateway's own data is erased at once, and an open session ends. A running
gateway then asks the providers to erase theirs, which may take weeks. Repeating the command is safe.

  --user ID     the user; the row in users may be deleted already
  --by NAME     who requests the erasure, 1 to 255 characters; kept as evidence
  --list        shows what the providers have not erased yet, oldest first
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
    json: { type: 'boolean' },
  },
  async run({ user, by, list: isList = false, json: isJson = false }, positionals) {
    if (positionals.length > 0) throw new UsageError(`Unexpected argument '${positionals[0]}'`);
    if (isList && user === undefined && by === undefined) {
      const { listPendingErasures } = await loadErasures();
      await listPendingErasures(isJson);
      return;
    }
    if (isList || user === undefined || by === undefined) {
      throw new UsageError('Give either --user and --by, or --list');
    }
    const name = by.trim();
    if (name === '' || name.length > 255) throw new UsageError('--by must have 1 to 255 characters');
    const { eraseUser } = await loadErasures();
    await eraseUser(user, name, isJson);
  },
});

/** Loads the gateway's modules late, because they take a second and a usage error needs none of them. */
function loadErasures() {
  return import('./erasures.ts');
}
