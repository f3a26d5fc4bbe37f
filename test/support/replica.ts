import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../../demo/free-port.ts';
import { ROOT } from './running-command.ts';

const READY_TIMEOUT_MS = 60_000;
const END_WITH_PARENT = new URL('../../scripts/end-with-parent.mjs', import.meta.url).href;

/** A gateway as in production: dist/main.js in a process of its own, which can be killed. */
export interface Replica {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Everything that it has logged, as text. */
  log(): string;
  /** Resolves once it serves, also when asked again later; rejects, with its log, if it ends before. Milliseconds since its start. */
  ready(): Promise<number>;
  /** SIGKILL: no word of farewell. Resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM. Resolves, when it is gone, to its exit code, or the signal that ended it. */
  stop(): Promise<number | NodeJS.Signals | null>;
  /** Resolves when it is gone, whatever the reason. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** Below those that the system hands out by itself: nobody takes it while the replica that belongs there is down. */
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
      // It ends with whoever started it: its input closes then.
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
