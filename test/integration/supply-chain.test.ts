import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const read = (path: string) => readFileSync(ROOT + path, 'utf8');
const run = (file: string, args: string[]) =>
  promisify(execFile)(file, args, { cwd: ROOT, maxBuffer: 32 * 1024 * 1024 });

interface Locked {
  version?: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  dev?: boolean;
  devOptional?: boolean;
  optional?: boolean;
  link?: boolean;
}

const lock = JSON.parse(read('package-lock.json')) as {
  lockfileVersion: number;
  packages: Record<string, Locked>;
};
/** Without the gateway itself and its workspaces, which npm links and does not download. */
const installed = Object.entries(lock.packages).filter(
  ([path, { link }]) => path.startsWith('node_modules/') && !link,
);
const shipped = installed.filter(([, { dev, devOptional }]) => dev !== true && devOptional !== true);
/** The image leaves out optional packages too. Its SBOM therefore lists fewer packages than docs/licences.md. */
const inImage = shipped.filter(([, { optional }]) => optional !== true);
const nameOf = (path: string) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);

describe('The lock file', () => {
  it('has the version that contains the hash of every package', () => {
    expect(lock.lockfileVersion).toBe(3);
    const unhashed = installed.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true);
    expect(unhashed.map(([path]) => path)).toEqual([]);
  });

  it('takes every package from the public registry, not from a link, folder, repository or other host', () => {
    // A package without an address comes from the registry. The lock file is written like that.
    const fromOtherSources = installed.filter(
      ([, { resolved }]) =>
        !(resolved ?? 'https://registry.npmjs.org/').startsWith('https://registry.npmjs.org/'),
    );
    expect(fromOtherSources.map(([path]) => path)).toEqual([]);
    const links = Object.entries(lock.packages).filter(([, { link }]) => link === true);
    expect(links.map(([, { resolved }]) => resolved)).toEqual(['packages/sandbox']);
  });

  it('contains one production package with an install script, which package.json disables and the image does not run', () => {
    const scripted = shipped.filter(([, { hasInstallScript }]) => hasInstallScript === true);
    expect(scripted.map(([path]) => nameOf(path))).toEqual(['@scarf/scarf']);
    expect(JSON.parse(read('package.json'))).toMatchObject({ scarfSettings: { enabled: false } });
    expect(read('Dockerfile')).toMatch(
      /^RUN npm ci --workspaces=false --omit=dev --omit=optional --ignore-scripts\b/m,
    );
  });
});

describe('package.json', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<
    string,
    Record<string, string>
  >;

  it('does not allow a different major version of any package', () => {
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, range]) => !/^[\^~]?\d+\.\d+\.\d+(-[\w.]+)?$/.test(range),
    );
    expect(loose).toEqual([]);
  });
});

describe('The list of shipped packages', () => {
  it('matches docs/licences.md and contains only allowed licenses', async () => {
    await expect(run(process.execPath, ['scripts/licences.ts', '--check'])).resolves.toBeDefined();
  });

  it('matches the SBOM', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kyc-sbom-test-'));
    const file = join(folder, 'sbom.json');
    const text = await run(process.execPath, ['scripts/sbom.ts', file])
      .then(() => readFile(file, 'utf8'))
      .finally(() => rm(folder, { recursive: true }));
    const { bomFormat, components } = JSON.parse(text) as {
      bomFormat: string;
      components: { purl: string; hashes?: { alg: string }[] }[];
    };
    expect(bomFormat).toBe('CycloneDX');
    const listed = components.map(({ purl }) => decodeURIComponent(purl.replace(/\?.*$/, '')));
    const wanted = inImage.map(([path, { version }]) => `pkg:npm/${nameOf(path)}@${version}`);
    expect(new Set(listed)).toEqual(new Set(wanted));
    expect(components.filter(({ hashes }) => hashes?.[0]?.alg !== 'SHA-512')).toEqual([]);
  });
});

describe('The image', () => {
  const dockerfile = read('Dockerfile');
  const stages = dockerfile.split(/^(?=FROM )/m).slice(1);
  const last = stages.at(-1) ?? '';

  it('uses a base image that is pinned by version and digest', () => {
    const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base);
    expect(new Set(bases).size).toBe(1);
    expect(bases[0]).toMatch(/^node:24\.\d+\.\d+-[a-z]+-slim@sha256:[0-9a-f]{64}$/);
  });

  it('runs as an unprivileged user and has a health check', () => {
    // A number, because Kubernetes cannot see that a named user is not root.
    const users = [...last.matchAll(/^USER (\S+)$/gm)].map(([, name]) => name);
    expect(users).toEqual(['1000:1000']);
    expect(last.indexOf('\nUSER ')).toBeLessThan(last.indexOf('\nCMD '));
    expect(last).toMatch(/^HEALTHCHECK /m);
  });

  it('contains no secret: it has no ARG and only harmless ENV lines', () => {
    expect(dockerfile).not.toMatch(/^(ARG|ADD) /m);
    expect([...dockerfile.matchAll(/^ENV (.*)$/gm)].map(([, set]) => set)).toEqual(['NODE_ENV=production']);
  });

  it('is labeled with the version, the license and the base image', () => {
    const labels = Object.fromEntries(
      [...last.matchAll(/org\.opencontainers\.image\.([a-z.]+)="([^"]+)"/g)].map(([, name, value]) => [
        name,
        value,
      ]),
    );
    const { version, license } = JSON.parse(read('package.json')) as { version: string; license: string };
    const [, base] = /^FROM (node:[^@]+)@/m.exec(dockerfile) ?? [];
    expect(labels).toMatchObject({ version, licenses: license, 'base.name': `docker.io/library/${base}` });
    expect(Object.keys(labels)).toEqual(expect.arrayContaining(['title', 'description']));
  });

  it('is built only from the lock file and the sources, and contains its SBOM', () => {
    expect(dockerfile).not.toMatch(/npm (i|install)\b/);
    expect(stages[0]).toMatch(/npm run sbom$/m);
    // Everything is excluded except the listed paths, so that .env or secrets/ cannot get into the image.
    const [first, ...others] = read('.dockerignore').trim().split('\n');
    expect(first).toBe('*');
    const letIn = others.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
    expect(letIn.toSorted()).toEqual([
      '.npmrc',
      'package-lock.json',
      'package.json',
      'scripts/build-when-needed.mjs',
      'scripts/build.mjs',
      'scripts/end-with-parent.mjs',
      'scripts/preflight.mjs',
      'scripts/sbom.ts',
      'src',
      'tsconfig.build.json',
      'tsconfig.json',
    ]);
  });
});

describe('The build script of the image', () => {
  it('loads with only the scripts that .dockerignore lets in', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'kyc-image-build-'));
    try {
      await mkdir(join(folder, 'scripts'));
      const scripts = [...read('.dockerignore').matchAll(/^!(scripts\/.*\.mjs)$/gm)].map(
        ([, path = '']) => path,
      );
      for (const path of scripts) await copyFile(join(ROOT, path), join(folder, path));
      const loading = "import('./scripts/build-when-needed.mjs')";
      const loaded = promisify(execFile)(process.execPath, ['--eval', loading], { cwd: folder });
      await expect(loaded).resolves.toMatchObject({ stderr: '' });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('docker-compose.yml', () => {
  const file = read('docker-compose.yml');
  /** Finds a service by its two-space indentation, which the formatter keeps. */
  const service = (name: string) =>
    new RegExp(`^  ${name}:\\n((?: {4}.*\\n|\\n)+)`, 'm').exec(file)?.[1] ?? '';

  it.each(['postgres', 'gateway'])(
    'gives %s a read-only file system, no capabilities and an unprivileged user',
    (name) => {
      const text = service(name);
      expect(text).toMatch(/^ {4}read_only: true$/m);
      expect(text).toMatch(/^ {4}tmpfs:\n {6}- \/tmp$/m);
      expect(text).toMatch(/^ {4}security_opt:\n {6}- no-new-privileges:true$/m);
      expect(text).toMatch(/^ {4}cap_drop:\n {6}- ALL$/m);
      expect(text).toMatch(/^ {4}user: ('1000:1000'|postgres)$/m);
      expect(text).not.toMatch(/privileged|cap_add|network_mode|pid:/);
    },
  );

  it('publishes the gateway on the local machine only, and does not publish the database', () => {
    expect(service('postgres')).not.toContain('ports:');
    expect([...service('gateway').matchAll(/^ {6}- '(.*:\d+)'$/gm)].map(([, port]) => port)).toEqual([
      '127.0.0.1:${PORT:-3000}:3000',
    ]);
  });

  it('passes secrets as files and contains none', () => {
    const set = [...file.matchAll(/^ {6}([A-Z_]+): (.*)$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    );
    const secret = set.filter(([name]) => /PASSWORD|SECRET|KEY|TOKEN|_URL/.test(name));
    const asFile = secret.filter(([name]) => name.endsWith('_FILE'));
    expect(asFile.length).toBeGreaterThan(3);
    for (const [, value] of asFile) expect(value).toMatch(/^\/run\/secrets\/[a-z_]+$/);
    // An empty variable counts as unset, so that it does not contradict .env.
    expect(secret.filter(([name]) => !name.endsWith('_FILE')).map(([, value]) => value)).toEqual(
      asFile.filter(([name]) => !name.startsWith('POSTGRES')).map(() => "''"),
    );
    const files = asFile.map(([, value]) => value.slice('/run/secrets/'.length));
    for (const name of files) expect(file).toContain(`  ${name}:\n    file: ./secrets/${name}\n`);
  });

  it('names its PostgreSQL image by full version', () => {
    expect(/image: (.*)$/m.exec(file)?.[1]).toMatch(/^postgres:\d+\.\d+-alpine\d+\.\d+$/);
  });
});
