import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A command of the project, run as a user would: in a process of its own, with nothing set but what is given. */
export interface RunningCommand {
  /** Standard output and error so far. */
  output(): string;
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** Nobody reads its standard output any more. */
  stopReading(): void;
  /** Exit code, or the signal that ended it. */
  ended: Promise<number | NodeJS.Signals | null>;
  /** The processes that it has started, directly or not, and that still run. */
  descendants(): Promise<string[]>;
  /** What is in its temp folder. */
  leftFiles(): Promise<string[]>;
  /** Waits until it has left nothing: no process and no file. Rejects with what it has left. */
  leavesNothing(timeoutMs?: number): Promise<void>;
  /** For `afterEach`, whatever happened. */
  dispose(): Promise<void>;
}

export interface CommandOptions {
  environment?: Record<string, string>;
  cwd?: string;
}

export async function runCommand(args: string[], options: CommandOptions = {}): Promise<RunningCommand> {
  const temp = await mkdtemp(join(tmpdir(), 'kyc-command-'));
  // An embedded PostgreSQL that root starts runs as another user.
  await chmod(temp, 0o755);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: options.cwd ?? ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: temp, ...options.environment },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const state = { isRunning: true };
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? signal));
  }).then((code) => {
    state.isRunning = false;
    return code;
  });
  const family = new Set([child.pid ?? -1]);
  const lookingOn = (async () => {
    while (state.isRunning) {
      await descendants();
      await pause(200);
    }
  })();

  async function descendants(): Promise<string[]> {
    const processes = await processList();
    // Who loses its parent gets another one, so whoever was once seen counts from then on.
    for (let size = -1; size !== family.size;) {
      size = family.size;
      for (const { pid, parent } of processes) if (family.has(parent)) family.add(pid);
    }
    const found = processes.filter(({ pid }) => family.has(pid) && pid !== child.pid);
    return found.map(({ pid, command }) => `${pid} ${command}`);
  }

  const command: RunningCommand = {
    output: () => output,
    ended,
    descendants,
    kill: (signal) => void child.kill(signal),
    stopReading: () => void child.stdout.destroy(),
    leftFiles: () => readdir(temp),
    async waitFor(pattern, timeoutMs = 60_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const found = pattern.exec(output);
        if (found !== null) return found;
        if (!state.isRunning || Date.now() > deadline)
          throw new Error(`${pattern} was not printed:\n${output}`);
        await pause(50);
      }
    },
    async leavesNothing(timeoutMs = 20_000) {
      const deadline = Date.now() + timeoutMs;
      for (;;) {
        const left = [...(await descendants()), ...(await readdir(temp))];
        if (left.length === 0) return;
        if (Date.now() > deadline) throw new Error(`left behind:\n${left.join('\n')}`);
        await pause(100);
      }
    },
    async dispose() {
      child.kill('SIGKILL');
      await ended;
      await lookingOn;
      await rm(temp, { recursive: true, force: true });
    },
  };
  return command;
}

interface ListedProcess {
  pid: number;
  parent: number;
  command: string;
}

async function processList(): Promise<ListedProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-o', 'pid=,ppid=,stat=,args='], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    // A zombie has ended; only its parent has not asked yet.
    if (pid === undefined || state?.startsWith('Z') === true) return [];
    return [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }];
  });
}
