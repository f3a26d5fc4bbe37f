import { spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** What is made, by which tool, and from what: folders count with everything in them. */
const GATEWAY = {
  entry: join('dist', 'main.js'),
  tool: join('node_modules', '@nestjs', 'cli', 'bin', 'nest.js'),
  args: ['build'],
  folders: ['src'],
  files: ['nest-cli.json', 'tsconfig.json', 'tsconfig.build.json'],
};
const WEB = {
  entry: join('packages', 'sandbox', 'web', 'dist', 'app.html'),
  tool: join('node_modules', 'vite', 'bin', 'vite.js'),
  args: ['build', '--logLevel', 'warn', '--config', join('packages', 'sandbox', 'web', 'vite.config.ts')],
  folders: [join('packages', 'sandbox', 'web', 'src')],
  files: ['app.html', 'console.html', 'vite.config.ts'].map((name) =>
    join('packages', 'sandbox', 'web', name),
  ),
};
const LOCK = join(ROOT, 'node_modules', '.cache', 'kyc-gateway-build.pid');
const END_WITH_PARENT = new URL('./end-with-parent.mjs', import.meta.url).href;

export class BuildFailed extends Error {}

/** Makes dist/ if it is missing, or older than what it is made from. */
export async function buildWhenNeeded({ isFreshRequired, onBuilding }) {
  await make(GATEWAY, isFreshRequired, onBuilding);
}

/** Makes the demo's web pages in the same way. */
export async function buildWebWhenNeeded({ onBuilding }) {
  await make(WEB, true, onBuilding);
}

/** Who comes second waits for the first. */
async function make(target, isFreshRequired, onBuilding) {
  const isNeeded = async () =>
    !existsSync(join(ROOT, target.entry)) || (isFreshRequired && (await isOutdated(target)));
  if (!(await isNeeded())) return;
  if (!existsSync(join(ROOT, target.tool))) {
    throw new BuildFailed(
      `${target.entry} has to be built, and what builds it is not installed: run npm ci first`,
    );
  }
  onBuilding();
  await takeLock();
  try {
    if (await isNeeded()) await build(target);
  } finally {
    process.off('exit', releaseLock);
    releaseLock();
  }
}

async function build({ entry, tool, args }) {
  const made = join(ROOT, entry);
  const startedAt = new Date();
  const compiler = spawn(process.execPath, ['--import', END_WITH_PARENT, join(ROOT, tool), ...args], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [compiler.stdout, compiler.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => {
    compiler.once('error', reject);
    compiler.once('close', resolve);
  });
  if (code === 0 && existsSync(made)) {
    // What was changed while the compiler ran is newer than this build.
    await utimes(made, startedAt, startedAt);
    return;
  }
  // The compiler writes even what it finds wrong, and the next run must not take that for a good build.
  await rm(made, { force: true });
  throw new BuildFailed(`The build failed:\n${stripVTControlCharacters(output).trim()}`);
}

/** A folder changes when a file in it is added, renamed or removed. */
async function isOutdated({ entry, folders, files }) {
  const builtAt = (await stat(join(ROOT, entry))).mtimeMs;
  const inputs = [...files];
  for (const folder of folders) {
    const sources = await readdir(join(ROOT, folder), { recursive: true });
    inputs.push(folder, ...sources.map((path) => join(folder, path)));
  }
  for (const name of inputs) {
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
