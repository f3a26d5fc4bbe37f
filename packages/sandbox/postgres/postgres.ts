import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface RunningPostgres {
  /** Of the superuser, on the database `postgres`. */
  url: string;
  /**
   * Takes the server down, and with it every connection, until `resume`. `fast`: as for maintenance. `crash`: it has no
   * time to write anything, and recovers from its log when it comes back.
   */
  halt(how: 'fast' | 'crash'): Promise<void>;
  /** Starts it again, at the same address and with its files; resolves once it takes connections. */
  resume(): Promise<void>;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** Whether a commit waits for the disk, as in production. Tests that pull no plug need not wait. */
  isDurable: boolean;
  /** More of the server's own settings, by name: `{ shared_buffers: '1GB' }`. */
  settings?: Readonly<Record<string, string>>;
}

const KEEPER = fileURLToPath(new URL('./keeper.ts', import.meta.url));

/**
 * A real PostgreSQL from an npm package, in a temp folder and on a free port, about a second from nothing. A process of
 * its own keeps it and takes it down when this process ends, whatever way it ends: it notices that its input closes.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const keeper = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', KEEPER, JSON.stringify(options)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Out of the terminal's process group: Ctrl-C is for the program, which stops the database last.
      detached: true,
    },
  );
  const ended = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  const lines = createInterface(keeper.stdout);
  const failed = new Promise<never>((_, reject) => {
    keeper.once('error', reject);
    void ended.then(() => reject(new Error('PostgreSQL is gone; its own words are above')));
  });
  // It ends one day in any case, and mostly nobody is asking just then.
  failed.catch(() => undefined);
  const nextLine = () =>
    Promise.race([failed, new Promise<string>((resolve) => lines.once('line', resolve))]);
  const url = await nextLine();
  const stdout = keeper.stdout as unknown as { ref(): void; unref(): void };
  // Nothing here keeps the program alive: it is the other way round.
  keeper.unref();
  stdout.unref();
  (keeper.stdin as unknown as { unref(): void }).unref();

  async function order(command: string): Promise<void> {
    stdout.ref();
    const done = nextLine();
    keeper.stdin.write(`${command}\n`);
    await done;
    stdout.unref();
  }

  return {
    url,
    halt: (how) => order(`halt ${how}`),
    resume: () => order('resume'),
    stop: async () => {
      keeper.ref();
      keeper.stdin.end();
      await ended;
    },
  };
}
