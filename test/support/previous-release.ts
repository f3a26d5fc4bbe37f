import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './running-command.ts';

/** The state of the gateway that the next release replaces. Change it with each release. */
const COMMIT = 'e9b5cfc05ffd1924aa5c197b06bdfadae3d986a7';
const MAX_BYTES = 64 * 1024 * 1024;

export interface PreviousRelease {
  /** The path of its `main.js`. */
  readonly script: string;
  dispose(): Promise<void>;
}

/**
 * Builds the previous release from the history, with the packages of this checkout. Types are not checked, because the
 * types of a newer package may differ although its code fits. docs/upgrading.md names what this does not test.
 *
 * @throws Error that says what to do if the history or a package is missing
 */
export async function buildPreviousRelease(): Promise<PreviousRelease> {
  const folder = await mkdtemp(join(tmpdir(), 'kyc-previous-'));
  try {
    await extract(folder);
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
    await requirePackages(folder);
    const tsc = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
    const output = join(folder, 'dist');
    await run(process.execPath, [tsc, '-p', 'tsconfig.build.json', '--noCheck', '--outDir', output], folder);
    await copyAssets(join(folder, 'src'), output);
    return { script: join(output, 'main.js'), dispose: () => rm(folder, { recursive: true }) };
  } catch (error) {
    await rm(folder, { recursive: true });
    throw error;
  }
}

async function extract(folder: string): Promise<void> {
  const archive = join(folder, 'source.tar');
  const files = ['src', 'package.json', 'tsconfig.json', 'tsconfig.build.json'];
  try {
    await run('git', ['cat-file', '-e', `${COMMIT}^{commit}`], ROOT);
  } catch (cause) {
    throw new Error(
      `This test builds the previous release from commit ${COMMIT}, which is not in this clone. ` +
        'Run git fetch --unshallow, or clone with the full history.',
      { cause },
    );
  }
  await run('git', ['archive', '--output', archive, COMMIT, ...files], ROOT);
  await run('tar', ['-xf', archive, '-C', folder], ROOT);
}

async function requirePackages(folder: string): Promise<void> {
  const manifest = await readFile(join(folder, 'package.json'), 'utf8');
  const { dependencies } = JSON.parse(manifest) as { dependencies: Record<string, string> };
  const paths = createRequire(join(folder, 'package.json')).resolve.paths('x') ?? [];
  const missing: string[] = [];
  for (const name of Object.keys(dependencies)) {
    const found = await Promise.all(
      paths.map((path) => readFile(join(path, name, 'package.json')).then(Boolean, () => false)),
    );
    if (!found.includes(true)) missing.push(name);
  }
  if (missing.length === 0) return;
  throw new Error(
    `The previous release needs packages that this checkout no longer has: ${missing.join(', ')}. ` +
      'Add them as dev dependencies until the next release.',
  );
}

async function copyAssets(source: string, output: string): Promise<void> {
  for (const path of await readdir(source, { recursive: true })) {
    if (!/\.(hbs|sql)$/.test(path)) continue;
    await mkdir(dirname(join(output, path)), { recursive: true });
    await copyFile(join(source, path), join(output, path));
  }
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  await promisify(execFile)(command, args, { cwd, maxBuffer: MAX_BYTES });
}
