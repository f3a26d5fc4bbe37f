import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const SANDBOX = join(ROOT, 'packages', 'sandbox');
/** Each target with its tool and its inputs. A folder stands for all files in it. */
const GATEWAY = {
  output: 'dist',
  entry: 'main.js',
  tool: join('node_modules', 'typescript', 'bin', 'tsc'),
  args: (folder) => ['-p', 'tsconfig.build.json', '--noEmitOnError', '--outDir', folder],
  assets: 'src',
  folders: ['src'],
  files: ['tsconfig.json', 'tsconfig.build.json'],
};
/** Reads a folder that the image does not have, so it runs only for the web pages. */
const web = () => ({
  output: join('packages', 'sandbox', 'web', 'dist'),
  entry: 'app.html',
  tool: join('node_modules', 'vite', 'bin', 'vite.js'),
  args: (folder) =>
    'build --logLevel warn --config packages/sandbox/web/vite.config.ts --emptyOutDir --outDir'
      .split(' ')
      .concat(folder),
  folders: [join('packages', 'sandbox', 'web', 'src')],
  files: [
    ...['app.html', 'console.html', 'providers.mjs', 'vite.config.ts'].map((name) => join('web', name)),
    'emulators.ts',
    // The pages contain the facts about each provider.
    ...readdirSync(SANDBOX).map((folder) => join(folder, 'definition.ts')),
  ].map((name) => join('packages', 'sandbox', name)),
});
const LOCK = join(ROOT, 'node_modules', '.cache', 'kyc-gateway-build.pid');
const END_WITH_PARENT = new URL('./end-with-parent.mjs', import.meta.url).href;

export class BuildFailed extends Error {}

/** Builds dist/ even if it is current. */
export async function buildGateway() {
  await locked(() => build(GATEWAY));
}

/** Builds dist/ if it is missing or, with `isFreshRequired`, older than its sources. */
export async function buildWhenNeeded({ isFreshRequired, onBuilding }) {
  await buildIfNeeded(GATEWAY, isFreshRequired, onBuilding);
}

/** Builds the web pages of the demo if they are missing or older than their sources. */
export async function buildWebWhenNeeded({ onBuilding }) {
  await buildIfNeeded(web(), true, onBuilding);
}

async function buildIfNeeded(target, isFreshRequired, onBuilding) {
  const isNeeded = async () =>
    !existsSync(join(ROOT, target.output, target.entry)) || (isFreshRequired && (await isOutdated(target)));
  if (!(await isNeeded())) return;
  onBuilding();
  await locked(async () => {
    // Another process may have built it while this one waited.
    if (await isNeeded()) await build(target);
  });
}

/** Builds into a new folder and then renames it, so that a running gateway never loads files of two builds. */
async function build(target) {
  if (!existsSync(join(ROOT, target.tool))) {
    throw new BuildFailed(
      `${target.output} cannot be built without the development tools. Run npm ci first.`,
    );
  }
  const output = join(ROOT, target.output);
  const fresh = `${output}.new-${process.pid}`;
  const former = `${output}.old-${process.pid}`;
  const startedAt = new Date();
  try {
    await run(join(ROOT, target.tool), target.args(fresh));
    if (target.assets !== undefined) await copyAssets(join(ROOT, target.assets), fresh);
    // A source that changed during the build is newer than this build.
    await utimes(join(fresh, target.entry), startedAt, startedAt);
    if (existsSync(output)) await rename(output, former);
    await rename(fresh, output);
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(former, { recursive: true, force: true });
  }
}

async function run(tool, args) {
  const compiler = spawn(process.execPath, ['--import', END_WITH_PARENT, tool, ...args], {
    cwd: ROOT,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [compiler.stdout, compiler.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve, reject) => {
    compiler.once('error', reject);
    compiler.once('close', resolve);
  });
  if (code !== 0) throw new BuildFailed(`The build failed:\n${stripVTControlCharacters(output).trim()}`);
}

/** The compiler leaves out files such as mail templates, which the gateway reads at its start. */
async function copyAssets(source, destination) {
  for (const path of await readdir(source, { recursive: true })) {
    if (!/\.(hbs|sql)$/.test(path)) continue;
    await mkdir(dirname(join(destination, path)), { recursive: true });
    await copyFile(join(source, path), join(destination, path));
  }
}

/** A folder changes when a file in it is added, renamed or removed. */
async function isOutdated({ output, entry, folders, files }) {
  const builtAt = (await stat(join(ROOT, output, entry))).mtimeMs;
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

/** Two builds at the same time overwrite each other, so the second one waits. */
async function locked(work) {
  await takeLock();
  try {
    await work();
  } finally {
    process.off('exit', releaseLock);
    releaseLock();
  }
}

/** Takes over a lock whose holder no longer runs. */
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
    // If the file has no number, its holder is about to write it, or was killed before that.
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
