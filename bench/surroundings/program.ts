import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { freePort } from '../../demo/free-port.ts';
import { type ServerProcess, startServer } from '../../tools/server-process.ts';

const ANY_PORT_FROM = 15_000;

/** A program under measurement in a separate process with an HTTP server. */
export interface Program extends Pick<ServerProcess, 'url' | 'pid'> {
  /** Milliseconds from the start to the first 200 of /health/ready. */
  readonly readyAfterMs: number;
  residentBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** @param script a path from the project root; it listens on PORT and answers /health/ready when it serves */
export async function startProgram(
  script: string,
  environment: Readonly<Record<string, string>>,
): Promise<Program> {
  const server = startServer({
    script,
    port: await freePort(ANY_PORT_FROM + Math.floor(Math.random() * 15_000)),
    environment: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      SHUTDOWN_DRAIN_SECONDS: '0',
      ...environment,
    },
    // Discards the log, because reading it would slow the measured program.
    output: 'errors',
    pollEveryMs: 10,
    readyTimeoutMs: 60_000,
    killAfterMs: 15_000,
  });
  const readyAfterMs = await server.ready();
  const { url, pid } = server;
  return {
    url,
    pid,
    readyAfterMs,
    residentBytes: () => residentBytes(pid),
    async stop() {
      await server.stop();
    },
  };
}

/** Reads /proc on Linux and runs `ps` on other systems. Both report KiB. */
async function residentBytes(pid: number): Promise<number> {
  const kib =
    process.platform === 'linux'
      ? /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
      : (await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])).stdout;
  const bytes = Number(kib) * 1_024;
  if (!(bytes > 0)) throw new Error(`The memory of the process ${pid} cannot be read`);
  return bytes;
}
