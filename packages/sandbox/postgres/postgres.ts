import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface RunningPostgres {
  /** Connects as superuser to the database `postgres`. */
  url: string;
  /**
   * Stops the server and all connections until `resume`. `fast` is an orderly stop. After `crash` the server recovers
   * from its log.
   */
  halt(how: 'fast' | 'crash'): Promise<void>;
  /** Starts the server again with the same address and files. Resolves when it accepts connections. */
  resume(): Promise<void>;
  /** Stops the server and removes its files. */
  stop(): Promise<void>;
}

export interface PostgresOptions {
  /** True if a commit waits for the disk, as in production. Only tests of a crash need that. */
  isDurable: boolean;
  /** Further settings of the server, for example `{ shared_buffers: '1GB' }`. */
  settings?: Readonly<Record<string, string>>;
}

const KEEPER = fileURLToPath(new URL('./keeper.ts', import.meta.url));

/**
 * Starts a real PostgreSQL from an npm package in about a second, in a temporary folder and on a free port. A separate
 * process runs it and stops it when this process ends in any way, because its standard input closes then.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const keeper = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', KEEPER, JSON.stringify(options)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Outside the terminal's process group, so that Ctrl-C reaches only the program, which stops the database last.
      detached: true,
    },
  );
  const ended = new Promise<void>((resolve) => keeper.once('exit', () => resolve()));
  const lines = createInterface(keeper.stdout);
  const failed = new Promise<never>((_, reject) => {
    keeper.once('error', reject);
    void ended.then(() => reject(new Error('PostgreSQL is gone; its own messages are above')));
  });
  // The server always ends at some time, mostly while no caller waits.
  failed.catch(() => undefined);
  const nextLine = () =>
    Promise.race([failed, new Promise<string>((resolve) => lines.once('line', resolve))]);
  const url = await nextLine();
  const stdout = keeper.stdout as unknown as { ref(): void; unref(): void };
  // Unreferenced, so that the database does not keep the program alive.
  keeper.unref();
  stdout.unref();
  (keeper.stdin as unknown as { unref(): void }).unref();

  async function sendCommand(command: string): Promise<void> {
    stdout.ref();
    const done = nextLine();
    keeper.stdin.write(`${command}\n`);
    await done;
    stdout.unref();
  }

  return {
    url,
    halt: (how) => sendCommand(`halt ${how}`),
    resume: () => sendCommand('resume'),
    stop: async () => {
      keeper.ref();
      keeper.stdin.end();
      await ended;
    },
  };
}
