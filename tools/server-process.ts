/**
 * Starts a server in a separate process, for the demo, the tests and the benchmark. When this process ends,
 * even by SIGKILL, the standard input of the server closes and the server exits.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const END_WITH_PARENT = new URL('../scripts/end-with-parent.mjs', import.meta.url).href;
const REQUEST_TIMEOUT_MS = 5_000;

export type ExitResult = number | NodeJS.Signals | null;

export type Output = 'all' | 'errors' | 'unread';

export interface ServerOptions {
  /** A path from the project's root. The server listens on PORT and serves /health/ready. */
  script: string;
  port: number;
  /** All variables of the process, except HOST and PORT. */
  environment: NodeJS.ProcessEnv;
  nodeArguments?: readonly string[];
  /** `errors` discards standard output. `unread` leaves it in its pipe. */
  output: Output;
  /** The maximum number of lines that `log()` returns; all by default. */
  keptLines?: number;
  onLine?: (line: string) => void;
  /** True puts the process outside the terminal's process group, so that Ctrl-C does not reach it. */
  isDetached?: boolean;
  pollEveryMs: number;
  readyTimeoutMs: number;
  /** The time from SIGTERM to SIGKILL in `stop()`. Without it, `stop()` waits as long as the process takes. */
  killAfterMs?: number;
}

export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process has exited for any reason. */
  readonly ended: Promise<ExitResult>;
  log(): string;
  /**
   * Resolves to the milliseconds since the start when the server is ready. Can be called again later.
   *
   * @throws Error with the log if the process exits first, or if it is not ready in time
   */
  ready(): Promise<number>;
  /** Sends SIGKILL and waits for the exit. */
  kill(): Promise<void>;
  /** Sends SIGTERM and waits for the exit. */
  stop(): Promise<ExitResult>;
}

export function startServer(options: ServerOptions): ServerProcess {
  const { port, readyTimeoutMs, pollEveryMs, killAfterMs } = options;
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(
    process.execPath,
    [...(options.nodeArguments ?? []), '--import', END_WITH_PARENT, options.script],
    {
      cwd: ROOT,
      stdio: ['pipe', options.output === 'errors' ? 'ignore' : 'pipe', 'pipe'],
      env: { ...options.environment, HOST: '127.0.0.1', PORT: String(port) },
      detached: options.isDetached ?? false,
    },
  );
  const read = options.output === 'unread' ? [child.stderr] : [child.stdout, child.stderr];
  const lines = collectLines(read, options);
  let hasEnded = false;
  const ended = new Promise<ExitResult>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('close', (code, signal) => resolve(code ?? signal));
  }).then((result) => {
    hasEnded = true;
    return result;
  });
  const log = () => lines.join('\n');

  return {
    url,
    pid: child.pid ?? -1,
    ended,
    log,
    async ready() {
      const deadline = performance.now() + readyTimeoutMs;
      while (!(await isReady(url))) {
        if (hasEnded) throw new Error(`${options.script} exited while it started:\n${log()}`);
        if (performance.now() > deadline) {
          throw new Error(`${options.script} was not ready after ${readyTimeoutMs / 1_000} s:\n${log()}`);
        }
        await pause(pollEveryMs);
      }
      return performance.now() - startedAt;
    },
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      if (killAfterMs === undefined) return ended;
      const kill = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      return ended.finally(() => clearTimeout(kill));
    },
  };
}

function collectLines(streams: readonly (Readable | null)[], options: ServerOptions): string[] {
  const { keptLines = Infinity, onLine } = options;
  const lines: string[] = [];
  for (const stream of streams) {
    if (stream === null) continue;
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      if (lines.length > keptLines) lines.shift();
      onLine?.(line);
    });
  }
  return lines;
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
