import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { isDatabaseAway } from '../../common/database-failure.ts';
import type { EventResult } from '../../metrics/metrics.ts';
import { EventNotStoredError } from '../kyc-errors.ts';
import { BatchWriter } from './batch-writer.ts';
import type { InboxEvent } from './inbox-event.ts';

const MAX_BATCH = 256;
/** Beyond this the provider is told to come back rather than kept waiting. */
const MAX_WAITING = 10_000;
/** Providers hang up after five seconds, and are better told 503 before. */
const PATIENCE_MS = 4_500;

interface Waiting {
  event: InboxEvent;
  /** Nobody waits any more. Committed all the same, it is a duplicate when it comes again. */
  isGivenUp: boolean;
  resolve: (result: EventResult) => void;
  reject: (error: Error) => void;
}

/**
 * Where every event enters, whoever brings it. Group commit: what arrives while one batch commits makes up the
 * next, so a batch costs one transaction however many deliveries it answers.
 */
@Injectable()
export class InboxService {
  private readonly logger = new Logger(InboxService.name);
  private waiting: Waiting[] = [];
  private isCommitting = false;
  /** A batch is of many requests, and is not to be logged as part of the one that set it going. */
  private readonly ofNoRequest = AsyncLocalStorage.snapshot();

  constructor(private readonly writer: BatchWriter) {}

  /**
   * Resolves once the event is durable, and only then, to what became of it.
   *
   * @throws EventNotStoredError if it could not be made so, or not in time
   */
  async accept(event: InboxEvent): Promise<EventResult> {
    if (this.waiting.length >= MAX_WAITING) throw new EventNotStoredError('too many events are waiting');
    const { promise, resolve, reject } = Promise.withResolvers<EventResult>();
    const waiting: Waiting = { event, isGivenUp: false, resolve, reject };
    const patience = setTimeout(() => {
      waiting.isGivenUp = true;
      reject(new EventNotStoredError('the event was not committed in time'));
    }, PATIENCE_MS);
    this.waiting.push(waiting);
    if (!this.isCommitting) void this.ofNoRequest(() => this.commitAll());
    return promise.finally(() => clearTimeout(patience));
  }

  private async commitAll(): Promise<void> {
    this.isCommitting = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MAX_BATCH).filter(({ isGivenUp }) => !isGivenUp);
      if (batch.length === 0) continue;
      try {
        const results = await this.writer.write(batch.map(({ event }) => event));
        for (const [index, { resolve }] of batch.entries()) resolve(results[index] ?? 'duplicate');
      } catch (cause) {
        await this.commitOneByOne(batch, cause);
      }
    }
    this.isCommitting = false;
  }

  /**
   * A batch that failed is applied again one event at a time, so that a poisoned event fails alone. Where the
   * database itself is away there is nothing to be gained by that, and the deliveries are answered at once. Who has
   * given up is passed over, so this takes no longer than anybody waits.
   */
  private async commitOneByOne(batch: readonly Waiting[], cause: unknown): Promise<void> {
    this.logger.warn({ event: 'inbox.batch_failed', size: batch.length, reason: reasonOf(cause) });
    let last = cause;
    for (const { event, isGivenUp, resolve, reject } of batch) {
      if (isGivenUp) continue;
      const isHopeless = batch.length === 1 || isDatabaseAway(last);
      try {
        if (isHopeless) throw last;
        const [result = 'duplicate'] = await this.writer.write([event]);
        resolve(result);
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
