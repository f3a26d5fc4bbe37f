import { execFile, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { freePort } from '../../demo/free-port.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const END_WITH_PARENT = new URL('../../scripts/end-with-parent.mjs', import.meta.url).href;
const READY_TIMEOUT_MS = 60_000;
const STOP_TIMEOUT_MS = 15_000;
const ANY_PORT_FROM = 15_000;

/** A program under measurement in a separate process with an HTTP server. */
export interface Program {
  readonly url: string;
  readonly pid: number;
  /** Milliseconds from the start to the first 200 of /health/ready. */
  readonly readyAfterMs: number;
  /** The resident memory. */
  residentBytes(): Promise<number>;
  stop(): Promise<void>;
}

/** @param script a path from the project root; it listens on PORT and answers /health/ready when it serves */
export async function startProgram(
  script: string,
  environment: Readonly<Record<string, string>>,
): Promise<Program> {
  const port = await freePort(ANY_PORT_FROM + Math.floor(Math.random() * 15_000));
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  const child = spawn(process.execPath, ['--import', END_WITH_PARENT, script], {
    cwd: ROOT,
    // The log is discarded, because reading it is measured too.
    stdio: ['pipe', 'ignore', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      ...environment,
      HOST: '127.0.0.1',
      PORT: String(port),
    },
  });
  const complaints: string[] = [];
  child.stderr.on('data', (chunk) => complaints.push(String(chunk)));
  const state = { hasEnded: false };
  const ended = new Promise<void>((resolve) => {
    child.once('close', () => {
      state.hasEnded = true;
      resolve();
    });
  });
  while (!(await answersOk(`${url}/health/ready`))) {
    if (state.hasEnded) throw new Error(`${script} exited while it started:\n${complaints.join('')}`);
    if (performance.now() - startedAt > READY_TIMEOUT_MS)
      throw new Error(`${script} did not become ready in time`);
    await pause(10);
  }
  const readyAfterMs = performance.now() - startedAt;
  const pid = child.pid ?? -1;

  return {
    url,
    pid,
    readyAfterMs,
    residentBytes: () => residentBytes(pid),
    async stop() {
      child.kill('SIGTERM');
      const tooLate = setTimeout(() => child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(tooLate);
    },
  };
}

/** Linux has a file for it; other systems need `ps`. Both report KiB. */
async function residentBytes(pid: number): Promise<number> {
  const kib =
    process.platform === 'linux'
      ? /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]
      : (await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)])).stdout;
  const bytes = Number(kib) * 1_024;
  if (!(bytes > 0)) throw new Error(`The memory of the process ${pid} cannot be read`);
  return bytes;
}

async function answersOk(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await answer.arrayBuffer();
    return answer.ok;
  } catch {
    return false;
  }
}
