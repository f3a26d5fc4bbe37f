/**
 * Writes dist/sbom.json: the packages that `npm ci --omit=dev --omit=optional` installs in the image, as CycloneDX, by npm
 * itself.
 *
 * `npm sbom --omit=dev` on the whole lock file leaves out every package that a dev dependency also needs, for example
 * pg and NestJS. This script therefore runs it on a copy of the lock file without dev dependencies and workspaces.
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
  workspaces?: unknown;
}

interface LockedPackage {
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
  devDependencies?: unknown;
  workspaces?: unknown;
  /** True for the link to a workspace, which the image does not contain. */
  link?: boolean;
}

interface Lock {
  packages: Record<string, LockedPackage>;
}

const readJson = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(join(ROOT, path), 'utf8'));
const manifest = (await readJson('package.json')) as Manifest;
const lock = (await readJson('package-lock.json')) as Lock;
for (const part of [manifest, lock.packages['']]) {
  delete part?.devDependencies;
  delete part?.workspaces;
}
const kept = Object.entries(lock.packages).filter(
  ([path, { dev, devOptional, optional, link }]) =>
    !dev && !devOptional && !optional && !link && !path.startsWith('packages/'),
);

const temp = await mkdtemp(join(tmpdir(), 'kyc-sbom-'));
try {
  // npm names the component after its folder.
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
