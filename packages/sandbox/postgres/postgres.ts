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
  /** The URL of a server on this machine. The new server is its standby, with the same roles and passwords. */
  standbyOf?: string;
}

const POSTGRES_PROCESS = fileURLToPath(new URL('./postgres-process.ts', import.meta.url));

/**
 * Starts a real PostgreSQL from an npm package in about a second, in a temporary folder and on a free port. A separate
 * process runs it. When this process ends, even by SIGKILL, its standard input closes and it stops the server.
 */
export async function startPostgres(options: PostgresOptions): Promise<RunningPostgres> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', POSTGRES_PROCESS, JSON.stringify(options)],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      // Outside the terminal's process group, so that Ctrl-C reaches only the program, which stops the database last.
      detached: true,
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface(child.stdout);
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject);
    void ended.then(() => reject(new Error('PostgreSQL is gone; its own messages are above')));
  });
  // The server usually ends while no caller waits. Node would then report an unhandled rejection.
  failed.catch(() => undefined);
  const nextLine = () =>
    Promise.race([failed, new Promise<string>((resolve) => lines.once('line', resolve))]);
  const url = await nextLine();
  const stdout = child.stdout as unknown as { ref(): void; unref(): void };
  // Unreferenced, so that the database does not keep the program alive.
  child.unref();
  stdout.unref();
  (child.stdin as unknown as { unref(): void }).unref();

  async function sendCommand(command: string): Promise<void> {
    stdout.ref();
    const done = nextLine();
    child.stdin.write(`${command}\n`);
    await done;
    stdout.unref();
  }

  return {
    url,
    halt: (how) => sendCommand(`halt ${how}`),
    resume: () => sendCommand('resume'),
    stop: async () => {
      child.ref();
      child.stdin.end();
      await ended;
    },
  };
}
