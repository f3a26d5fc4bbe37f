import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { constants, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogOutput } from './log-output.ts';

const LINE = `${'x'.repeat(1_023)}\n`;
/** Larger than the pipe and the output's own limit. */
const TOO_MANY = 6 * 1_024;

describe('The log output', () => {
  let folder: string;
  let pipe: number;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kyc-log-'));
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    // Never closed, because the output may still retry, and another file could get the same descriptor.
    pipe = openSync(join(folder, 'pipe'), constants.O_RDWR | constants.O_NONBLOCK);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Writes lines and returns how many of them were dropped. */
  function write(output: LogOutput, lines: number): number {
    let dropped = 0;
    const count = () => (dropped += 1);
    output.on('drop', count);
    for (let line = 0; line < lines; line += 1) output.write(LINE);
    output.off('drop', count);
    return dropped;
  }

  /** Reads until the output has drained, and returns the text. */
  async function readAll(output: LogOutput): Promise<string> {
    const state = { hasDrained: false };
    void once(output, 'drain').then(() => (state.hasDrained = true));
    let text = '';
    do {
      text += readAvailable();
      await new Promise(setImmediate);
    } while (!state.hasDrained);
    return text + readAvailable();
  }

  function readAvailable(): string {
    const chunk = Buffer.alloc(1_024 * 1_024);
    try {
      return chunk.toString('utf8', 0, readSync(pipe, chunk));
    } catch {
      return '';
    }
  }

  it('writes every line in order if the output is read', async () => {
    const output = new LogOutput(pipe);
    const lines = Array.from({ length: 2_000 }, (_, index) => `${index} ${LINE}`);
    for (const line of lines) output.write(line);
    expect(await readAll(output)).toBe(lines.join(''));
  });

  it('keeps a limited number of lines while nothing reads, and writes exactly those later', async () => {
    const output = new LogOutput(pipe);
    const dropped = write(output, TOO_MANY);
    expect(dropped).toBeGreaterThan(1_000);
    expect(await readAll(output)).toBe(LINE.repeat(TOO_MANY - dropped));
  });

  it('flushes at once for the last lines of a process', () => {
    const output = new LogOutput(pipe);
    output.write('last line\n');
    output.flushSync();
    expect(readAvailable()).toBe('last line\n');
  });

  it('gives up a flush after half a second if nothing reads', () => {
    const output = new LogOutput(pipe);
    write(output, TOO_MANY);
    const startedAt = performance.now();
    output.flushSync();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('drops lines and flushes without waiting if the disk is full', () => {
    // Linux fails every write to this device as on a full disk.
    const output = new LogOutput(openSync('/dev/full', 'w'));
    expect(write(output, TOO_MANY)).toBeGreaterThan(1_000);
    expect(() => output.flushSync()).not.toThrow();
  });
});
