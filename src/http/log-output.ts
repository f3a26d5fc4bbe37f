import { EventEmitter } from 'node:events';
import { write, writeSync } from 'node:fs';
import type { DestinationStream, Logger } from 'pino';
import type { Metrics } from '../metrics/metrics.ts';

/** A full chunk is written at once, because one write per line is a tenth of a webhook's cost. */
const CHUNK_LENGTH = 4 * 1_024;
/** The longest time that a line waits for its chunk to fill. A killed process loses at most these lines. */
const CHUNK_MS = 100;
/** While nothing reads the output, lines wait up to this size. Further lines are dropped. */
const MAX_WAITING_LENGTH = 4 * 1_024 * 1_024;
/** The pause after a failed write, and how long an exit waits for the reader. */
const RETRY_MS = 50;
const EXIT_FLUSH_MS = 500;

interface LogOutputEvents {
  /** A line was dropped. */
  drop: [];
  /** Less than a chunk waits. */
  drain: [];
}

/**
 * Writes log lines to a file descriptor. Neither a request nor an exit waits for a reader that stopped reading, or for a
 * full disk. pino's own destination, sonic-boom, has no limit for the flush at exit.
 */
export class LogOutput extends EventEmitter<LogOutputEvents> implements DestinationStream {
  private waiting = '';
  private unwritten: Buffer | null = null;
  private isWriting = false;

  constructor(private readonly descriptor: number) {
    super();
    setInterval(() => this.writeNext(), CHUNK_MS).unref();
    process.once('exit', () => this.flushSync());
  }

  write(line: string): void {
    if (this.waiting.length + line.length > MAX_WAITING_LENGTH) {
      this.emit('drop');
      return;
    }
    this.waiting += line;
    if (this.waiting.length >= CHUNK_LENGTH) this.writeNext();
  }

  /** Writes for at most half a second. pino calls it for a fatal error, which may be the last line of the process. */
  flushSync(): void {
    const deadline = performance.now() + EXIT_FLUSH_MS;
    // A chunk that a thread is writing must not be written twice.
    let rest = Buffer.from(this.waiting);
    this.waiting = '';
    if (this.unwritten !== null && !this.isWriting) {
      rest = Buffer.concat([this.unwritten, rest]);
      this.unwritten = null;
    }
    while (rest.length > 0) {
      try {
        rest = rest.subarray(writeSync(this.descriptor, rest));
      } catch (error) {
        if (!isFull(error) || performance.now() > deadline) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
  }

  private writeNext(): void {
    if (this.unwritten !== null || this.waiting === '') return;
    this.unwritten = Buffer.from(this.waiting);
    this.waiting = '';
    this.writeRest(this.unwritten);
  }

  private writeRest(rest: Buffer): void {
    this.unwritten = rest;
    this.isWriting = true;
    write(this.descriptor, rest, (error, written) => {
      this.isWriting = false;
      if (error !== null) {
        setTimeout(() => this.unwritten === rest && this.writeRest(rest), RETRY_MS).unref();
        return;
      }
      if (written < rest.length) return this.writeRest(rest.subarray(written));
      this.unwritten = null;
      if (this.waiting.length >= CHUNK_LENGTH) this.writeNext();
      else this.emit('drain');
    });
  }
}

export function standardOutput(): LogOutput {
  // Access to process.stdout makes a pipe non-blocking. A blocked write would occupy a thread for good, and a process
  // with such a thread cannot exit.
  void process.stdout;
  return new LogOutput(1);
}

/** Counts dropped lines. Logs their number when writing works again. */
export function reportDroppedLines(output: Pick<EventEmitter, 'on'>, logger: Logger, metrics: Metrics): void {
  let lines = 0;
  output.on('drop', () => {
    lines += 1;
    metrics.logLineDropped();
  });
  output.on('drain', () => {
    if (lines === 0) return;
    const event = { event: 'log.dropped', lines };
    lines = 0;
    logger.warn(event);
  });
}

function isFull(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'EAGAIN';
}
