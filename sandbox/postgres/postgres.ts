import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface RunningPostgres {
  /** Of the superuser, on the database `postgres`. */
  url: string;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Whether a commit waits for the disk, as in production. Tests that pull no plug need not wait. */
  isDurable: boolean;
}

const KEEPER = fileURLToPath(new URL('./keeper.ts', import.meta.url));

/**
 * A real PostgreSQL from an npm package, in a temp folder and on a free port, about a second from nothing. A process of
 * its own keeps it and takes it down when this process ends, whatever way it ends: it notices that its input closes.
 */
export async function startPostgres({ isDurable }: PostgresOptions): Promise<RunningPostgres> {
  const keeper = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', KEEPER, String(isDurable)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Out of the terminal's process group: Ctrl-C is for the program, which stops the database last.
      detached: true,
    },
  );
  const ended = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface(keeper.stdout).once('line', resolve);
    keeper.once('error', reject);
    void ended.then(() => reject(new Error('PostgreSQL could not be started; its own words are above')));
  });
  // Nothing here keeps the program alive: it is the other way round.
  keeper.unref();
  (keeper.stdout as unknown as { unref(): void }).unref();
  (keeper.stdin as unknown as { unref(): void }).unref();
  return {
    url,
    stop: async () => {
      keeper.ref();
      keeper.stdin.end();
      await ended;
    },
  };
}
