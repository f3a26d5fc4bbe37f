import 'reflect-metadata';
import { orExit } from '../config/or-exit.ts';
import { readConfig } from '../config/read-config.ts';
import { ErasureService } from '../kyc/erasure/erasure.service.ts';
import { PROVIDER_DEFINITIONS } from '../kyc/providers/registry.ts';
import type { ErasureEntity } from '../kyc/store/erasure.entity.ts';
import { printLine, runCommand, UsageError } from './command.ts';
import { withOperatorContext } from './operator.module.ts';

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
      await withErasures((erasures) => list(erasures, isJson));
      return;
    }
    if (isList || user === undefined || by === undefined) {
      throw new UsageError('Give either --user and --by, or --list');
    }
    const name = by.trim();
    if (name === '' || name.length > 255) throw new UsageError('--by must have 1 to 255 characters');
    await withErasures((erasures) => erase(erasures, user, name, isJson));
  },
});

async function erase(erasures: ErasureService, userId: string, name: string, isJson: boolean): Promise<void> {
  const request = await erasures.eraseUser(userId, { kind: 'operator', name }, new Date());
  const rows = await erasures.listByRequest(request.requestId);
  if (isJson) {
    printLine(JSON.stringify({ ...request, places: rows.map(placeOf) }, null, 2));
    return;
  }
  printLine(`Request ${request.requestId} of ${request.requestedAt.toISOString()}`);
  printLine(`Erased in the gateway: sessions ${request.sessions}, events ${request.events}`);
  for (const row of rows) printLine(describe(row));
  const pending = rows.filter((row) => row.erasedAt === null).length;
  printLine(
    pending === 0
      ? 'Nothing is pending.'
      : `Pending at providers: ${pending}. \`npm run erase -- --list\` shows them.`,
  );
}

async function list(erasures: ErasureService, isJson: boolean): Promise<void> {
  const rows = await erasures.listPending();
  if (isJson) printLine(JSON.stringify(rows.map(placeOf), null, 2));
  else if (rows.length === 0) printLine('Nothing is pending.');
  else for (const row of rows) printLine(describe(row));
}

function describe(row: ErasureEntity): string {
  const { place, erasedAt, finalAt } = row;
  const final =
    finalAt === null || finalAt <= (erasedAt ?? finalAt) ? '' : `, final ${finalAt.toISOString()}`;
  const state = erasedAt === null ? 'pending' : `erased ${erasedAt.toISOString()}${final}`;
  const session = erasedAt === null ? `  ${row.providerSessionId ?? '-'}` : '';
  const request = `requested ${row.requestedAt.toISOString()} by ${row.requestedBy}`;
  return `${place}${session}  user ${row.userId}  ${request}  (${state})`;
}

function placeOf(row: ErasureEntity) {
  const { id, requestId, userId, place, providerSessionId, requestedAt, requestedBy, erasedAt, finalAt } =
    row;
  return { id, requestId, userId, place, providerSessionId, requestedAt, requestedBy, erasedAt, finalAt };
}

async function withErasures(work: (erasures: ErasureService) => Promise<void>): Promise<void> {
  const config = orExit(() => readConfig(PROVIDER_DEFINITIONS));
  await withOperatorContext(config, (app) => work(app.get(ErasureService)));
}
