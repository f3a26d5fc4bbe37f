import 'reflect-metadata';
import { orExit } from '../config/or-exit.ts';
import { readConfig } from '../config/read-config.ts';
import { ErasureService, erasureLine } from '../kyc/erasure/erasure.service.ts';
import { PROVIDER_DEFINITIONS } from '../kyc/providers/registry.ts';
import type { ErasureEntity } from '../kyc/store/erasure.entity.ts';
import { printLine } from './command.ts';
import { withOperatorContext } from './operator.module.ts';

export async function eraseUser(userId: string, name: string, isJson: boolean): Promise<void> {
  const requester = { kind: 'operator', name } as const;
  const { request, rows } = await withErasures(async (erasures) => {
    const erased = await erasures.eraseUser(userId, requester, new Date());
    return { request: erased, rows: await erasures.listByRequest(erased.requestId) };
  });
  // The command has no log. Standard output is for the result.
  process.stderr.write(`${JSON.stringify(erasureLine(userId, requester, request))}\n`);
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

export async function listPendingErasures(isJson: boolean): Promise<void> {
  const rows = await withErasures((erasures) => erasures.listPending());
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

export async function withErasures<T>(work: (erasures: ErasureService) => Promise<T>): Promise<T> {
  const config = orExit(() => readConfig(PROVIDER_DEFINITIONS));
  return withOperatorContext(config, (app) => work(app.get(ErasureService)));
}
