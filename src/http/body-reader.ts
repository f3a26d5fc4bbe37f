import type { IncomingMessage } from 'node:http';
import { PayloadTooLargeException } from '@nestjs/common';
import { OverloadedError } from '../common/request-errors.ts';

export type BodyDone = (error: Error | null, body?: Buffer) => void;

/** A body that has not arrived completely. */
interface Reading {
  /** The memory that the body holds. */
  readonly held: number;
  fail(error: Error): void;
}

/**
 * Reads bodies into memory and limits the memory of all bodies that have not arrived completely. Over the limit, it
 * rejects the largest of them: a caller who sends many large bodies and does not finish them loses those, and small
 * bodies still get through. A body that is never finished ends with the request timeout.
 *
 * The rest of a rejected body is discarded as it arrives, so that the client can read the response.
 */
export class BodyReader {
  private readonly readings = new Set<Reading>();
  private held = 0;

  constructor(private readonly maxHeld: number) {}

  read(message: IncomingMessage, limit: number, done: BodyDone): void {
    if (Number(message.headers['content-length']) > limit) {
      done(new PayloadTooLargeException());
      return;
    }
    // One buffer instead of a list of chunks, because a chunk of one byte takes about a hundred bytes of memory.
    let body = Buffer.alloc(0);
    let size = 0;
    const end = (error: Error | null) => {
      message.off('data', append).off('end', finish).off('error', end);
      this.readings.delete(reading);
      this.held -= body.length;
      if (error === null) done(null, body.subarray(0, size));
      else done(error);
    };
    const finish = () => end(null);
    const append = (chunk: Buffer) => {
      const needed = size + chunk.length;
      if (needed > limit) return end(new PayloadTooLargeException());
      if (needed > body.length) {
        const larger = Buffer.allocUnsafe(Math.max(needed, Math.min(limit, 2 * body.length)));
        body.copy(larger, 0, 0, size);
        this.held += larger.length - body.length;
        body = larger;
      }
      chunk.copy(body, size);
      size = needed;
      this.rejectLargest();
    };
    const reading: Reading = {
      get held() {
        return body.length;
      },
      fail: end,
    };
    this.readings.add(reading);
    message.on('data', append).on('end', finish).on('error', end).resume();
  }

  private rejectLargest(): void {
    while (this.held > this.maxHeld) {
      let largest: Reading | undefined;
      for (const each of this.readings) if (each.held > (largest?.held ?? 0)) largest = each;
      if (largest === undefined) return;
      largest.fail(new OverloadedError());
    }
  }
}
