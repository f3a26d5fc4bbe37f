import { AsyncLocalStorage } from 'node:async_hooks';
import { Injectable, Logger } from '@nestjs/common';
import { Clock } from '../../common/clock.ts';
import { isDatabaseUnreachable } from '../../common/database-failure.ts';
import { DomainError } from '../../common/domain-error.ts';
import type { EventResult } from '../../metrics/metrics.ts';
import type { Span } from '../../tracing/span.ts';
import { errorType, Tracing } from '../../tracing/tracing.ts';
import { currentWork } from '../../tracing/work-context.ts';
import type { OpenedAttempt } from '../store/attempt.ts';
import { BatchWriter } from './batch-writer.ts';
import type { InboxEvent } from './inbox-event.ts';

const MAX_BATCH = 256;
const MAX_WAITING = 10_000;
/** Providers close the connection after five seconds. A 503 response before that makes them retry. */
export const COMMIT_TIMEOUT_MS = 4_500;

export class EventNotStoredError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'webhook.not_stored';
  readonly title = 'The event could not be stored';
  override readonly retryAfterSeconds = 5;
}

interface WaitingEvent {
  event: InboxEvent;
  /** The span of the delivery or job that brought the event. Undefined if tracing is off. */
  span: Span | undefined;
  /** The caller has timed out. If the event still commits, the provider's retry is a duplicate. */
  hasTimedOut: boolean;
  resolve: (result: EventResult) => void;
  reject: (error: Error) => void;
}

/** Events that arrive while one batch commits form the next batch, so many deliveries share one transaction. */
@Injectable()
export class InboxService {
  private readonly logger = new Logger(InboxService.name);
  private waiting: WaitingEvent[] = [];
  private isCommitting = false;
  /**
   * Runs batches outside any request's async context, because a batch belongs to many requests and its log lines must
   * not carry the id of one.
   */
  private readonly outsideRequests = AsyncLocalStorage.snapshot();

  constructor(
    private readonly writer: BatchWriter,
    private readonly clock: Clock,
    private readonly tracing: Tracing,
  ) {}

  /**
   * Resolves once the event is durable.
   * @param timeoutMs how long the caller waits
   * @throws EventNotStoredError if the event is not committed, or not in time
   */
  async acceptEvent(event: InboxEvent, timeoutMs = COMMIT_TIMEOUT_MS): Promise<EventResult> {
    if (this.waiting.length >= MAX_WAITING) throw new EventNotStoredError('too many events are waiting');
    const { promise, resolve, reject } = Promise.withResolvers<EventResult>();
    const { span } = currentWork() ?? {};
    const waiting: WaitingEvent = { event, span, hasTimedOut: false, resolve, reject };
    const timeout = setTimeout(() => {
      waiting.hasTimedOut = true;
      reject(new EventNotStoredError('the event was not committed in time'));
    }, timeoutMs);
    this.waiting.push(waiting);
    if (!this.isCommitting) void this.outsideRequests(() => this.commitAll());
    return promise.finally(() => clearTimeout(timeout));
  }

  /** Repairs a status that does not follow from the ledger, for example after row-level security hid the user. */
  async repairState(attempt: OpenedAttempt): Promise<void> {
    await this.writer.repairState(attempt, this.clock.now());
  }

  private async commitAll(): Promise<void> {
    this.isCommitting = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting.splice(0, MAX_BATCH).filter(({ hasTimedOut }) => !hasTimedOut);
      if (batch.length > 0) await this.inSpan(batch, (span) => this.commit(batch, span));
    }
    this.isCommitting = false;
  }

  private async commit(batch: readonly WaitingEvent[], span: Span | undefined): Promise<void> {
    try {
      const events = batch.map(({ event }) => event);
      const results = await this.writer.commitBatch(events, this.clock.now());
      for (const [index, { resolve }] of batch.entries()) resolve(results[index] ?? 'duplicate');
    } catch (cause) {
      span?.fail(errorType(cause));
      await this.commitOneByOne(batch, cause);
    }
  }

  /**
   * One span for the whole batch. It belongs to the trace of the first delivery that is recorded, and it and the other
   * deliveries link to each other.
   */
  private async inSpan(
    batch: readonly WaitingEvent[],
    work: (span: Span | undefined) => Promise<void>,
  ): Promise<void> {
    const spans = batch.flatMap(({ span }) => span ?? []);
    const first = spans.find(({ context }) => context.isSampled) ?? spans[0];
    const others = spans.filter((span) => span !== first);
    const options = {
      kind: 'internal',
      attributes: { 'kyc.batch.events': batch.length },
      parent: first?.context,
      links: others.map(({ context }) => context),
    } as const;
    await this.tracing.run('inbox batch', options, (span) => {
      if (span !== undefined) for (const other of others) other.linkTo(span.context);
      return work(span);
    });
  }

  /**
   * Retries a failed batch one event at a time, so that one bad event fails alone. If the database is unreachable,
   * retries cannot help, so this rejects every delivery at once. It skips events whose callers have timed out.
   */
  private async commitOneByOne(batch: readonly WaitingEvent[], cause: unknown): Promise<void> {
    this.logger.warn({ event: 'inbox.batch_failed', size: batch.length, reason: reasonOf(cause) });
    let lastError = cause;
    for (const { event, hasTimedOut, resolve, reject } of batch) {
      if (hasTimedOut) continue;
      const cannotSucceed = batch.length === 1 || isDatabaseUnreachable(lastError);
      try {
        if (cannotSucceed) throw lastError;
        const [result = 'duplicate'] = await this.writer.commitBatch([event], this.clock.now());
        resolve(result);
      } catch (error) {
        lastError = error;
        reject(new EventNotStoredError('the event could not be committed', { cause: error }));
      }
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'not an error';
}
