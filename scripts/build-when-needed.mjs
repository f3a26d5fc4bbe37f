import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const ENTRY = join(ROOT, 'dist', 'main.js');
const COMPILER = join(ROOT, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
const LOCK = join(ROOT, 'node_modules', '.cache', 'kyc-gateway-build.pid');
const END_WITH_PARENT = new URL('./end-with-parent.mjs', import.meta.url).href;

export class BuildFailed extends Error {}

/** Makes dist/ if it is missing, or older than what it is made from. Who comes second waits for the first. */
export async function buildWhenNeeded({ isFreshRequired, onBuilding }) {
  const isNeeded = async () => !existsSync(ENTRY) || (isFreshRequired && (await isOutdated()));
  if (!(await isNeeded())) return;
  if (!existsSync(COMPILER)) {
    throw new BuildFailed(
      'dist/main.js has to be built, and what builds it is not installed: run npm ci first',
    );
  }
  onBuilding();
  await takeLock();
  try {
    if (await isNeeded()) await build();
  } finally {
    process.off('exit', releaseLock);
    releaseLock();
  }
}

async function build() {
  const startedAt = new Date();
  const compiler = spawn(process.execPath, ['--import', END_WITH_PARENT, COMPILER, 'build'], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [compiler.stdout, compiler.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => {
    compiler.once('error', reject);
    compiler.once('close', resolve);
  });
  if (code === 0 && existsSync(ENTRY)) {
    // What was changed while the compiler ran is newer than this build.
    await utimes(ENTRY, startedAt, startedAt);
    return;
  }
  // The compiler writes even what it finds wrong, and the next run must not take that for a good build.
  await rm(ENTRY, { force: true });
  throw new BuildFailed(`The build failed:\n${stripVTControlCharacters(output).trim()}`);
}

/** A folder changes when a file in it is added, renamed or removed. */
async function isOutdated() {
  const builtAt = (await stat(ENTRY)).mtimeMs;
  const sources = await readdir(join(ROOT, 'src'), { recursive: true });
  const inputs = ['src', 'nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'];
  for (const name of [...inputs, ...sources.map((path) => join('src', path))]) {
    const changed = await stat(join(ROOT, name)).catch(() => undefined);
    if (changed !== undefined && changed.mtimeMs > builtAt) return true;
  }
  return false;
}

/** Two builds at once would delete each other's files. A lock whose holder is gone counts for nothing. */
async function takeLock() {
  await mkdir(dirname(LOCK), { recursive: true });
  for (;;) {
    try {
      await writeFile(LOCK, String(process.pid), { flag: 'wx' });
      process.once('exit', releaseLock);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (await isAbandoned()) await rm(LOCK, { force: true });
    await pause(200);
  }
}

function releaseLock() {
  rmSync(LOCK, { force: true });
}

async function isAbandoned() {
  try {
    const holder = Number(await readFile(LOCK, 'utf8'));
    // Without a number its holder is about to write one, or was killed just then.
    return holder > 0 ? !isRunning(holder) : (await stat(LOCK)).mtimeMs < Date.now() - 5_000;
  } catch {
    return false; // released meanwhile
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
