import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { DemoFailure } from './failure.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const END_WITH_PARENT = new URL('../scripts/end-with-parent.mjs', import.meta.url).href;
const READY_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 10_000;
const KEPT_LINES = 40;
/** A gateway variable of the user's own would mix with the sandbox's; how to reach the database may need more. */
const PASSED_ON = /^(PATH|HOME|TZ|LANG|TEMP|TMP|TMPDIR|SystemRoot|PG.*)$/;

/** The gateway as in production: dist/main.js in a process of its own, configured by its environment alone. */
export interface GatewayProcess {
  url: string;
  /** Rejects when it ends before that, with its log in the message. */
  ready(): Promise<void>;
  /** Resolves when it is gone, whatever the reason. */
  ended: Promise<void>;
  /** Its latest log lines. */
  log(): string;
  stop(): Promise<void>;
}

export function startGateway(
  port: number,
  environment: Record<string, string>,
  onLog: (line: string) => void,
): GatewayProcess {
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    process.execPath,
    ['--enable-source-maps', '--import', END_WITH_PARENT, 'dist/main.js'],
    {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...passedOn(), ...environment, HOST: '127.0.0.1', PORT: String(port) },
      // Out of the terminal's process group: at Ctrl-C the demo stops its parts in order.
      detached: true,
    },
  );
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once('error', () => resolve());
    child.once('close', () => resolve());
  }).then(() => void (hasEnded = true));
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface(stream).on('line', (line) => {
      lines.push(line);
      if (lines.length > KEPT_LINES) lines.shift();
      onLog(line);
    });
  }

  return {
    url,
    ended,
    log: () => lines.join('\n'),
    async ready() {
      const deadline = Date.now() + READY_TIMEOUT_MS;
      while (!(await answersOk(`${url}/health/ready`))) {
        if (hasEnded) throw new DemoFailure(`The gateway ended while it started:\n${lines.join('\n')}`);
        if (Date.now() > deadline) {
          throw new DemoFailure(`The gateway was not ready after 30 s:\n${lines.join('\n')}`);
        }
        await pause(50);
      }
    },
    async stop() {
      child.kill('SIGTERM');
      const patience = new AbortController();
      const tooLate = pause(STOP_TIMEOUT_MS, undefined, { signal: patience.signal });
      await Promise.race([ended, tooLate.then(() => child.kill('SIGKILL'))]);
      patience.abort();
      await ended;
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

function passedOn(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)));
}
