/**
 * Runs one PostgreSQL for the parent process and stops it when standard input closes, which happens even if the parent
 * is killed. Its argument is PostgresOptions as JSON. It prints the server's URL on one line when the server is ready.
 * It then accepts `halt fast`, `halt crash` and `resume` on standard input, one per line, and replies `done`.
 */
import type { ChildProcess } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { isOpenToOthers, loadEmbeddedPostgres } from './binaries.ts';
import type { PostgresOptions } from './postgres.ts';
import { copyAsStandby } from './standby.ts';

const { isDurable, settings = {}, standbyOf } = JSON.parse(process.argv[2] ?? '') as PostgresOptions;
const isRoot = process.getuid?.() === 0;
const log: string[] = [];
let stop = async (): Promise<void> => undefined;

handleSignals();
process.on('uncaughtException', (error) => void fail(error));
process.on('unhandledRejection', (error) => void fail(error));
process.stdin.on('close', () => void finish(0)).resume();

const folder = await mkdtemp(join(tmpdir(), 'kyc-postgres-'));
stop = () => rm(folder, { recursive: true, force: true });
await chmod(folder, 0o755);
if (isRoot && !(await isOpenToOthers(dirname(folder)))) {
  throw new Error(
    `${dirname(folder)} must be enterable by the user postgres: set TMPDIR to a folder that is`,
  );
}
// The server inherits this directory. Its user may not be allowed to enter the checkout's directory.
process.chdir(folder);

const EmbeddedPostgres = await loadEmbeddedPostgres(folder);
// Removes the package's own handlers, which end this process before the folder is deleted.
handleSignals();
const password = standbyOf === undefined ? randomBytes(12).toString('hex') : new URL(standbyOf).password;
const port = await freePort();
const allSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '300',
  ...(isDurable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  ...settings,
};
const databaseDir = join(folder, 'data');
/** The package waits for the message of a primary. */
const standbyReady = Promise.withResolvers<void>();
const server = new EmbeddedPostgres({
  databaseDir,
  port,
  password,
  createPostgresUser: isRoot,
  // The files survive a halt. They are deleted with the folder.
  persistent: true,
  initdbFlags: ['--encoding=UTF8', '--locale=C', ...(isDurable ? [] : ['--no-sync'])],
  postgresFlags: Object.entries(allSettings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  onLog: (line) => {
    log.push(String(line));
    if (String(line).includes('ready to accept read-only connections')) standbyReady.resolve();
  },
  onError: (line) => void log.push(String(line)),
});
if (standbyOf === undefined) await server.initialise();
else await copyAsStandby(standbyOf, databaseDir);
await Promise.race([server.start(), standbyReady.promise]);
stop = async () => {
  await stopServer();
  await rm(folder, { recursive: true, force: true });
};
process.stdout.write(`postgres://postgres:${password}@127.0.0.1:${port}/postgres\n`);

for await (const command of createInterface(process.stdin)) {
  await runCommand(command);
  process.stdout.write('done\n');
}

async function runCommand(command: string): Promise<void> {
  if (command === 'halt crash') {
    const [postmaster] = (await readFile(join(databaseDir, 'postmaster.pid'), 'utf8')).split('\n');
    process.kill(Number(postmaster), 'SIGQUIT');
  }
  // After `halt crash` this only waits for the exit, because PostgreSQL ignores milder signals after SIGQUIT.
  if (command.startsWith('halt ')) await stopServer();
  else if (command === 'resume') await server.start();
  else throw new Error(`no such command: ${command}`);
}

/** The package waits for the exit of the server, and so would wait for ever if another program has killed it before. */
async function stopServer(): Promise<void> {
  const { process: postmaster } = server as unknown as { process?: ChildProcess };
  const isRunning = postmaster?.exitCode === null && postmaster.signalCode === null;
  if (isRunning) await server.stop();
}

function handleSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.removeAllListeners(signal);
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => void finish(0));
}

async function finish(code: number): Promise<void> {
  const stopOnce = stop;
  stop = () => new Promise(() => undefined);
  await stopOnce();
  process.exit(code);
}

async function fail(error: unknown): Promise<void> {
  const message = error instanceof Error ? error.message : 'the server ended unexpectedly';
  process.stderr.write(`PostgreSQL: ${message}\n${log.slice(-20).join('')}\n`);
  await finish(1);
}

/** Below the system's ephemeral ports, so that no other process takes the port while the server is halted. */
async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(15_000, 32_000);
    if (await isFree(port)) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
