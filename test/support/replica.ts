import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { ROOT } from './running-command.ts';

const READY_TIMEOUT_MS = 60_000;
const END_WITH_PARENT = new URL('../../scripts/end-with-parent.mjs', import.meta.url).href;

/** A gateway as in production: dist/main.js in a separate process that can be killed. */
export interface Replica {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** The complete log as text. */
  log(): string;
  /**
   * Resolves with the milliseconds since its start when it is ready. Rejects with its log if it exits first. Can be
   * called again later.
   */
  ready(): Promise<number>;
  /** Sends SIGKILL. Resolves when the process has exited. */
  kill(): Promise<void>;
  /** Sends SIGTERM. Resolves with the exit code or signal when the process has exited. */
  stop(): Promise<number | NodeJS.Signals | null>;
  /** Resolves when the process has exited for any reason. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Returns a port below the ephemeral range, so that no other program takes it while the replica is down. */
export function lastingPort(): Promise<number> {
  return freePort(randomInt(15_000, 32_000));
}

/** @param environment all of the gateway's variables but HOST and PORT; the build must be there */
export async function startReplica(
  environment: Readonly<Record<string, string>>,
  options: { port?: number } = {},
): Promise<Replica> {
  const port = options.port ?? (await lastingPort());
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--import', END_WITH_PARENT, join(ROOT, 'dist', 'main.js')],
    {
      // The replica exits when its parent does, because its standard input closes.
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: process.env['PATH'],
        NODE_ENV: 'production',
        ...environment,
        HOST: '127.0.0.1',
        PORT: String(port),
      },
    },
  );
  const log: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => log.push(String(chunk)));
  let hasEnded = false;
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (code, signal) => {
      hasEnded = true;
      resolve(code ?? signal);
    });
  });
  const url = `http://127.0.0.1:${port}`;

  return {
    url,
    port,
    pid: child.pid ?? -1,
    ended,
    log: () => log.join(''),
    async ready() {
      const askedAt = performance.now();
      while (!(await answersOk(`${url}/health/ready`))) {
        if (hasEnded) throw new Error(`The gateway ended while it started:\n${log.join('')}`);
        if (performance.now() - askedAt > READY_TIMEOUT_MS) {
          throw new Error(`The gateway was not ready within ${READY_TIMEOUT_MS} ms:\n${log.join('')}`);
        }
        await pause(25);
      }
      return performance.now() - startedAt;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.status === 200;
  } catch {
    return false;
  }
}
