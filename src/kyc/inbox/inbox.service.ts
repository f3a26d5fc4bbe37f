import { Injectable, Logger } from '@nestjs/common';
import { isDatabaseAway } from '../../common/database-failure.js';
import { EventNotStoredError } from '../kyc-errors.js';
import { BatchWriter } from './batch-writer.js';
import type { InboxEvent } from './inbox-event.js';

const MAX_BATCH = 256;
/** Beyond this the provider is told to come back rather than kept waiting. */
const MAX_WAITING = 10_000;
/** How long a failed batch may be picked apart: providers hang up after five seconds. */
const FALLBACK_BUDGET_MS = 4_000;

interface Waiting {
  event: InboxEvent;
  resolve: () => void;
  reject: (error: Error) => void;
}

/**
 * Where every event enters, whoever brings it. Group commit: what arrives while one batch commits makes up the
 * next, so a batch costs one transaction however many deliveries it answers.
 */
@Injectable()
export class Inbox {
  private readonly logger = new Logger(Inbox.name);
  private waiting: Waiting[] = [];
  private isCommitting = false;

  constructor(private readonly writer: BatchWriter) {}

  /**
   * Resolves once the event is durable, and only then.
   *
   * @throws EventNotStoredError if it could not be made so
   */
  accept(event: InboxEvent): Promise<void> {
    if (this.waiting.length >= MAX_WAITING) {
      return Promise.reject(new EventNotStoredError('too many events are waiting'));
    }
    return new Promise((resolve, reject) => {
      this.waiting.push({ event, resolve, reject });
      if (!this.isCommitting) void this.commitAll();
    });
  }

  private async commitAll(): Promise<void> {
    this.isCommitting = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MAX_BATCH);
      try {
        await this.writer.write(batch.map(({ event }) => event));
        for (const { resolve } of batch) resolve();
      } catch (cause) {
        await this.commitOneByOne(batch, cause);
      }
    }
    this.isCommitting = false;
  }

  /**
   * A batch that failed is applied again one event at a time, so that a poisoned event fails alone. Where the
   * database itself is away there is nothing to be gained by that, and the deliveries are answered at once.
   */
  private async commitOneByOne(batch: readonly Waiting[], cause: unknown): Promise<void> {
    this.logger.warn({ event: 'inbox.batch_failed', size: batch.length, reason: reasonOf(cause) });
    const deadline = performance.now() + FALLBACK_BUDGET_MS;
    let last = cause;
    for (const { event, resolve, reject } of batch) {
      const isHopeless = batch.length === 1 || isDatabaseAway(last) || performance.now() > deadline;
      try {
        if (isHopeless) throw last;
        await this.writer.write([event]);
        resolve();
      } catch (error) {
        last = error;
        reject(new EventNotStoredError('the event could not be committed', { cause: error }));
      }
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'not an error';
}
