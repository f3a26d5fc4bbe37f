import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { type INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { reasonOf } from '../common/reason-of.ts';
import { orExit } from '../config/or-exit.ts';
import { readConfig } from '../config/read-config.ts';
import type { ErasureEntity } from '../kyc/store/erasure.entity.ts';
import { ErasureService } from '../kyc/erasure/erasure.service.ts';
import { PROVIDER_DEFINITIONS } from '../kyc/providers/registry.ts';
import { OperatorModule } from './operator.module.ts';
import { refuse, say } from './terminal.ts';

const USAGE = `Usage: npm run erase -- --user ID --by NAME [--json]
       npm run erase -- --list [--json]

Erases what a user's verification has left: here at once; a running gateway has the providers do the same, which may
take weeks. An open session ends first. Asked again, it is the same request until that is complete.

  --user ID     whose data; also a user whose row is gone already
  --by NAME     who does it, at most 255 characters: kept as evidence
  --list        what is not erased yet, the oldest first
  --json        the same as JSON

Exit code: 0; 1 if it could not be done; 2 if it was not understood.
`;

const { user, by, list: isList = false, json: isJson = false, help = false } = readArguments();
if (help) process.stdout.write(USAGE);
else if (isList && user === undefined && by === undefined) await withErasures(list);
else if (isList || user === undefined || by === undefined) refuse('Give --user and --by, or --list', USAGE);
else if (by.trim() === '' || by.length > 255) refuse('--by must be 1 to 255 characters', USAGE);
else await withErasures((erasures) => erase(erasures, user, by.trim()));

async function erase(erasures: ErasureService, userId: string, name: string): Promise<void> {
  const request = await erasures.request(userId, { kind: 'operator', name }, new Date());
  const rows = await erasures.rowsOf(request.requestId);
  if (isJson) {
    say(JSON.stringify({ ...request, places: rows.map(placeOf) }, null, 2));
    return;
  }
  say(`Request ${request.requestId}, of ${request.requestedAt.toISOString()}`);
  say(`Erased here: sessions ${request.sessions}, events ${request.events}`);
  for (const row of rows) say(describe(row));
  const pending = rows.filter((row) => row.erasedAt === null).length;
  say(pending === 0 ? 'Nothing is pending.' : `${pending} pending: npm run erase -- --list shows them.`);
}

async function list(erasures: ErasureService): Promise<void> {
  const rows = await erasures.open();
  if (isJson) say(JSON.stringify(rows.map(placeOf), null, 2));
  else if (rows.length === 0) say('Nothing is pending.');
  else for (const row of rows) say(describe(row));
}

function describe(row: ErasureEntity): string {
  const { place, erasedAt, finalAt } = row;
  const final =
    finalAt === null || finalAt <= (erasedAt ?? finalAt) ? '' : `, beyond recovery ${finalAt.toISOString()}`;
  const done = erasedAt === null ? 'pending' : `erased ${erasedAt.toISOString()}${final}`;
  const what = erasedAt === null ? `  ${row.providerSessionId ?? '-'}` : '';
  return `${place}${what}  user ${row.userId}  asked ${row.requestedAt.toISOString()} by ${row.requestedBy}  (${done})`;
}

function placeOf(row: ErasureEntity): Omit<ErasureEntity, 'sessionHash'> {
  const { id, requestId, userId, place, providerSessionId, requestedAt, requestedBy, erasedAt, finalAt } =
    row;
  return { id, requestId, userId, place, providerSessionId, requestedAt, requestedBy, erasedAt, finalAt };
}

async function withErasures(work: (erasures: ErasureService) => Promise<void>): Promise<void> {
  const config = orExit(() => readConfig(PROVIDER_DEFINITIONS));
  let app: INestApplicationContext | undefined;
  try {
    app = await NestFactory.createApplicationContext(OperatorModule.of(config), {
      logger: false,
      abortOnError: false,
    });
    await work(app.get(ErasureService));
  } catch (error) {
    process.stderr.write(`It was not done: ${reasonOf(error)}\n`);
    process.exitCode = 1;
  } finally {
    await app?.close();
  }
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        user: { type: 'string' },
        by: { type: 'string' },
        list: { type: 'boolean' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}
