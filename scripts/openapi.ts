/**
 * Generates the OpenAPI document and the types of the demo app's client from a running gateway, and the demo app's words
 * for rejection reasons from src/.
 *
 *   node scripts/openapi.ts           writes all files
 *   node scripts/openapi.ts --check   writes nothing; exits with 1 if a committed file is out of date, or if the
 *                                     document breaks a naming rule
 */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import { freePort } from '../demo/free-port.ts';
import { startGateway } from '../demo/gateway-process.ts';
import { Resources } from '../demo/resources.ts';
import { startPostgres } from '../packages/sandbox/postgres/postgres.ts';
import { startSandbox } from '../packages/sandbox/sandbox.ts';
import { PUBLIC_REASONS, wordsOf } from '../src/kyc/domain/rejection-reason.ts';
import { buildWhenNeeded } from './build-when-needed.mjs';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DOCUMENT = 'docs/openapi.json';
const TYPES = 'packages/sandbox/web/src/api/schema.d.ts';
const WORDS = 'packages/sandbox/web/src/api/reason-words.ts';
const GENERATED = '// Generated from docs/openapi.json by `npm run openapi`. Do not edit.\n';
const WORDS_GENERATED =
  '// Generated from src/kyc/domain/rejection-reason.ts by `npm run openapi`. Do not edit.\n';

/** Starts the built gateway with a database and the sandbox, and reads the document that it serves. */
async function readDocument(resources: Resources): Promise<OpenAPI3> {
  await buildWhenNeeded({
    isFreshRequired: true,
    onBuilding: () => process.stderr.write('dist/ is missing or older than src/: building it\n'),
  });
  const postgres = await resources.hold(
    () => startPostgres({ isDurable: false }),
    (started) => started.stop(),
  );
  const sandbox = await resources.hold(
    () => startSandbox(),
    (started) => started.close(),
  );
  const environment = {
    ...sandbox.environment,
    DATABASE_URL: postgres.url,
    USERS_TABLE_CREATE: 'true',
    KYC_PROVIDER: 'persona',
    KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
  };
  const port = await freePort(0);
  const gateway = await resources.hold(
    () => startGateway(port, environment, () => undefined),
    (started) => started.stop(),
  );
  await gateway.ready();
  const answer = await fetch(`${gateway.url}/docs/openapi.json`);
  if (!answer.ok) throw new Error(`/docs/openapi.json returned ${answer.status}`);
  return (await answer.json()) as OpenAPI3;
}

/** Sorts paths and schemas, whose order depends on the order in which modules load, so that a diff shows only changes. */
function inStableOrder(document: OpenAPI3): OpenAPI3 {
  const { paths = {}, components = {} } = document;
  return {
    ...document,
    paths: sorted(paths),
    components: { ...components, schemas: sorted(components.schemas ?? {}) },
  };
}

function sorted<T>(entries: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const OPERATIONS = ['get', 'post', 'put', 'patch', 'delete'] as const;

/** Generated clients carry these names, so each schema has a standard suffix and each operation a summary. */
function brokenRules({ paths = {}, components = {} }: OpenAPI3): string[] {
  const misnamed = Object.keys(components.schemas ?? {}).filter((name) => name.endsWith('Answer'));
  const unexplained = Object.entries(paths).flatMap(([path, operations]) =>
    OPERATIONS.filter((method) => {
      const operation = (operations as Record<string, { summary?: string; operationId?: string }>)[method];
      return operation !== undefined && (!operation.summary || !operation.operationId);
    }).map((method) => `${method.toUpperCase()} ${path}`),
  );
  return [
    ...misnamed.map((name) => `The schema ${name} must end in Response or Request.`),
    ...unexplained.map((operation) => `${operation} needs a summary and an operationId.`),
  ];
}

async function filesFrom(document: OpenAPI3): Promise<Record<string, string>> {
  const types = astToString(await openapiTypescript(document));
  return {
    [DOCUMENT]: await pretty(DOCUMENT, JSON.stringify(document)),
    [TYPES]: await pretty(TYPES, GENERATED + types),
    [WORDS]: await pretty(WORDS, WORDS_GENERATED + reasonWords()),
  };
}

function reasonWords(): string {
  const words = Object.fromEntries(PUBLIC_REASONS.map((reason) => [reason, wordsOf(reason)]));
  return `export const REASON_WORDS = ${JSON.stringify(words)} as const;`;
}

async function pretty(path: string, text: string): Promise<string> {
  return format(text, { ...(await resolveConfig(ROOT + path)), filepath: path });
}

async function differing(files: Record<string, string>): Promise<string[]> {
  const isDifferent = async ([path, text]: [string, string]) =>
    (await readFile(ROOT + path, 'utf8').catch(() => '')) === text ? [] : [path];
  return (await Promise.all(Object.entries(files).map(isDifferent))).flat();
}

const resources = new Resources();
try {
  const document = await readDocument(resources);
  const broken = brokenRules(document);
  if (broken.length > 0) {
    process.stderr.write(`${broken.join('\n')}\n`);
    process.exitCode = 1;
  }
  const files = await filesFrom(inStableOrder(document));
  const changed = await differing(files);
  if (!process.argv.includes('--check')) {
    for (const path of changed) await writeFile(ROOT + path, files[path] ?? '');
    process.stdout.write(
      changed.length === 0 ? 'Nothing has changed.\n' : `Written: ${changed.join(', ')}\n`,
    );
  } else if (changed.length > 0) {
    process.stderr.write(
      `Out of date: ${changed.join(', ')}\nRun \`npm run openapi\` and commit the result.\n`,
    );
    process.exitCode = 1;
  }
} finally {
  await resources.close();
}
