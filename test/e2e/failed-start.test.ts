import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { ROOT, type RunningCommand, runCommand } from '../support/running-command.ts';

const DIST = join(ROOT, 'dist');
const MAIN = join(DIST, 'main.js');
const COMMANDS = ['doctor', 'erase', 'import', 'jobs', 'migrate', 'reconcile'];
const COMPLETE = {
  AUTH_JWT_SECRET: 'a-secret-of-at-least-thirty-two-characters',
  AUTH_ISSUER: 'https://login.example.com',
  AUTH_AUDIENCE: 'kyc-gateway',
  SMTP_URL: 'smtp://127.0.0.1:1',
  MAIL_FROM: 'kyc@example.com',
  KYC_PROVIDER: 'veriff',
  KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
  VERIFF_API_KEY: '8e4c7f0a-0a3c-4a52-9d0f-6f0f6f8f1a2b',
  VERIFF_SHARED_SECRETS: '1f0d9c7b-0a3c-4a52-9d0f-6f0f6f8f1a2b',
  VERIFF_API_URL: 'https://stationapi.veriff.com/v1',
};

describe('A start that fails', () => {
  let command: RunningCommand | undefined;

  beforeAll(() => buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined }), 120_000);
  afterEach(async () => {
    await command?.dispose();
    command = undefined;
  });

  it('because the database cannot be reached, logs one JSON line per try and ends with what to do', async () => {
    const DATABASE_URL = 'postgres://kyc:s3cret@127.0.0.1:1/kyc';
    command = await runCommand([MAIN], { environment: { ...COMPLETE, DATABASE_URL } });
    expect(await command.ended).toBe(1);
    const lines = command.output().trimEnd().split('\n');
    expect(lines.pop()).toBe(
      'The gateway could not start: connect ECONNREFUSED 127.0.0.1:1. Check that PostgreSQL is running, and that DATABASE_URL has its host and port.',
    );
    const tries = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(tries.filter(({ event }) => event === 'database.start_failed')).toMatchObject(
      [1, 2, 3].map((attempt) => ({ attempt, attempts: 3, reason: 'connect ECONNREFUSED 127.0.0.1:1' })),
    );
    expect(tries.filter(({ level }) => Number(level) >= 50)).toHaveLength(4);
    expect(stripVTControlCharacters(command.output())).toBe(command.output());
    expect(command.output()).not.toContain('s3cret');
  });

  it('because a signal arrives while it tries to reach the database, ends at once with the code of the signal', async () => {
    const DATABASE_URL = 'postgres://kyc:s3cret@127.0.0.1:1/kyc';
    command = await runCommand([MAIN], { environment: { ...COMPLETE, DATABASE_URL } });
    await command.waitFor(/"database\.start_failed","attempt":1/);
    command.kill('SIGTERM');
    expect(await command.ended).toBe(143);
    expect(command.output()).not.toContain('"attempt":2');
  });
});

it.each(['main.js', 'commands/migrate.js'])(
  'A signal that arrives while %s loads its code ends it with the code of the signal, because a container ignores the default action',
  async (entry) => {
    await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined });
    const folder = await mkdtemp(join(tmpdir(), 'kyc-early-signal-'));
    await mkdir(join(folder, 'dist', 'commands'), { recursive: true });
    for (const file of [entry, 'supported-node.js', 'exit-on-signal.js']) {
      await copyFile(join(DIST, file), join(folder, 'dist', file));
    }
    const slow = `process.kill(process.pid, 'SIGTERM'); await new Promise((done) => setTimeout(done, 60_000));`;
    await writeFile(join(folder, 'dist', 'gateway.js'), slow);
    await writeFile(join(folder, 'dist', 'commands', 'migrate.command.js'), slow);
    await copyFile(join(ROOT, 'package.json'), join(folder, 'package.json'));
    const command = await runCommand([join(folder, 'dist', entry)]);
    try {
      expect(await command.ended).toBe(143);
    } finally {
      await command.dispose();
      await rm(folder, { recursive: true });
    }
  },
  120_000,
);

describe.each(['main.js', ...COMMANDS.map((name) => `commands/${name}.js`)])(
  'On an old Node, %s',
  (entry) => {
    let command: RunningCommand | undefined;

    beforeAll(() => buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined }), 120_000);
    afterEach(() => command?.dispose());

    it('ends with one sentence', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'kyc-old-node-'));
      await mkdir(join(folder, 'dist', 'commands'), { recursive: true });
      for (const file of [entry, 'supported-node.js']) {
        await copyFile(join(DIST, file), join(folder, 'dist', file));
      }
      const manifest = { type: 'module', engines: { node: '>=99.1' } };
      await writeFile(join(folder, 'package.json'), JSON.stringify(manifest));
      command = await runCommand([join(folder, 'dist', entry)]);
      expect(await command.ended).toBe(1);
      expect(command.output()).toBe(`Node ${process.versions.node} is too old: use Node 99.1 or newer.\n`);
      await rm(folder, { recursive: true });
    });

    it('checks the version before it loads anything that an old Node cannot parse', async () => {
      const text = await readFile(join(DIST, entry), 'utf8');
      expect(text.match(/^import .*$/gm)).toEqual([
        expect.stringMatching(/^import ["']\.{1,2}\/supported-node\.js["'];$/),
      ]);
      const check = await readFile(join(DIST, 'supported-node.js'), 'utf8');
      expect(check.match(/^import .*$/gm)).toEqual([`import { readFileSync } from 'node:fs';`]);
    });
  },
);

it('Every command of package.json checks the version of Node', async () => {
  const { scripts } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const names = Object.values(scripts).flatMap(
    (script) => /dist\/commands\/(\w+)\.js/.exec(script)?.[1] ?? [],
  );
  expect(names.toSorted()).toEqual(COMMANDS);
});
