import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Client } from 'pg';
import { type RunningCommand, runCommand } from '../../../test/support/running-command.ts';
import { type RunningPostgres, startPostgres } from './postgres.ts';

const TIMEOUT_MS = 60_000;

describe('the embedded PostgreSQL', () => {
  let postgres: RunningPostgres;

  beforeAll(async () => {
    postgres = await startPostgres({ isDurable: true });
    await ask(postgres, 'CREATE TABLE kept (word text)');
  }, TIMEOUT_MS);
  afterAll(() => postgres.stop(), TIMEOUT_MS);

  async function ask({ url }: RunningPostgres, statement: string): Promise<Record<string, string>[]> {
    const client = new Client(url);
    await client.connect();
    try {
      return (await client.query<Record<string, string>>(statement)).rows;
    } finally {
      await client.end();
    }
  }

  it.each(['fast', 'crash'] as const)(
    'takes no connection after a %s halt, and has its rows again once it is resumed',
    async (how) => {
      await ask(postgres, `INSERT INTO kept VALUES ('${how}')`);
      await postgres.halt(how);
      await expect(ask(postgres, 'SELECT 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      await postgres.resume();
      expect(await ask(postgres, `SELECT word FROM kept WHERE word = '${how}'`)).toEqual([{ word: how }]);
    },
    TIMEOUT_MS,
  );

  it.each(['fast', 'crash'] as const)(
    'breaks the connections that are open at a %s halt',
    async (how) => {
      const client = new Client(postgres.url);
      const broken = new Promise((resolve) => client.on('error', resolve));
      await client.connect();
      await postgres.halt(how);
      expect(await broken).toBeInstanceOf(Error);
      await postgres.resume();
    },
    TIMEOUT_MS,
  );

  it.each(['while it runs', 'while it is halted', 'after another program has killed it'])(
    'leaves no file behind when it is stopped %s',
    async (when) => {
      const other = await startPostgres({ isDurable: false });
      const [setting] = await ask(other, 'SHOW data_directory');
      const folder = dirname(setting?.['data_directory'] ?? '');
      await expect(access(folder)).resolves.toBeUndefined();
      if (when === 'while it is halted') await other.halt('crash');
      if (when === 'after another program has killed it') await killServer(other, folder);
      await other.stop();
      await expect(access(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    },
    TIMEOUT_MS,
  );

  describe('whose process gets a signal', () => {
    let command: RunningCommand;

    afterEach(() => command.dispose());

    it(
      'leaves no process and no file behind',
      async () => {
        command = await runCommand(['packages/sandbox/postgres/postgres-process.ts', 'false']);
        await command.waitFor(/^postgres:/);
        command.kill('SIGTERM');
        expect(await command.ended).toBe(0);
        await expect(command.leavesNothing()).resolves.toBeUndefined();
      },
      TIMEOUT_MS,
    );
  });
});

/** Resolves when the server takes no more connections. */
async function killServer({ url }: RunningPostgres, folder: string): Promise<void> {
  const [postmaster] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n');
  const client = new Client(url);
  const broken = new Promise((resolve) => client.on('error', resolve));
  await client.connect();
  process.kill(Number(postmaster), 'SIGKILL');
  await broken;
}
