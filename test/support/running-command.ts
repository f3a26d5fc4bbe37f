import { execFile, spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A command of the project in a separate process, with only the given environment. */
export interface RunningCommand {
  /** Standard output and error so far. */
  output(): string;
  waitFor(pattern: RegExp, timeoutMs?: number): Promise<RegExpExecArray>;
  kill(signal: NodeJS.Signals): void;
  /** Closes the reading end of its standard output. */
  stopReading(): void;
  /** Resolves with the exit code or signal. */
  ended: Promise<number | NodeJS.Signals | null>;
  /** The running processes that it started, directly or indirectly. */
  descendants(): Promise<string[]>;
  /** The files in its temporary folder. */
  leftFiles(): Promise<string[]>;
  /** Waits until no process and no file is left. Rejects with a list of the remaining ones. */
  leavesNothing(timeoutMs?: number): Promise<void>;
  /** Cleans up in `afterEach`, in every case. */
  dispose(): Promise<void>;
}

export interface CommandOptions {
  environment?: Record<string, string>;
  cwd?: string;
  /** All of its standard input. */
  input?: string;
}

export async function runCommand(args: string[], options: CommandOptions = {}): Promise<RunningCommand> {
  const temp = await mkdtemp(join(tmpdir(), 'kyc-command-'));
  // If root starts the embedded PostgreSQL, it runs as another user.
  await chmod(temp, 0o755);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    cwd: options.cwd ?? ROOT,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TMPDIR: temp, ...options.environment },
  });
  if (options.input !== undefined) child.stdin.end(options.input);
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
      await pause(500);
    }
  })();

  async function descendants(): Promise<string[]> {
    const processes = await processList();
    // A process whose parent exits gets another parent, so a process that was found once stays in the list.
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
    // A zombie has exited, but its parent has not read its status yet.
    if (pid === undefined || state?.startsWith('Z') === true) return [];
    return [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }];
  });
}
