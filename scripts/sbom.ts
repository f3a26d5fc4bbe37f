/**
 * Writes dist/sbom.json: what `npm ci --omit=dev` installs, as CycloneDX, by npm itself.
 *
 * Not by `npm sbom --omit=dev` on the whole lock file: that leaves out whatever a dev dependency needs as well, and so
 * half of what is shipped, pg and NestJS among it. It is given a lock file that never knew the others.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const [target = join(ROOT, 'dist', 'sbom.json')] = process.argv.slice(2);

interface Manifest {
  name: string;
  devDependencies?: unknown;
}

interface Lock {
  packages: Record<string, { dev?: boolean; devOptional?: boolean; devDependencies?: unknown }>;
}

const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(join(ROOT, path), 'utf8'));
const manifest = (await readJson('package.json')) as Manifest;
const lock = (await readJson('package-lock.json')) as Lock;
delete manifest.devDependencies;
delete lock.packages['']?.devDependencies;
const kept = Object.entries(lock.packages).filter(([, { dev, devOptional }]) => !dev && !devOptional);

const temp = await mkdtemp(join(tmpdir(), 'kyc-sbom-'));
try {
  // npm calls the component by its folder.
  const folder = join(temp, manifest.name);
  await mkdir(folder);
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
  await writeFile(
    join(folder, 'package-lock.json'),
    JSON.stringify({ ...lock, packages: Object.fromEntries(kept) }),
  );
  const { stdout } = await promisify(execFile)(
    'npm',
    ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application', '--package-lock-only'],
    { cwd: folder, maxBuffer: 32 * 1024 * 1024 },
  );
  await mkdir(join(target, '..'), { recursive: true });
  await writeFile(target, stdout);
} finally {
  await rm(temp, { recursive: true, force: true });
}
