import type { Readable } from 'node:stream';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Principal } from '../../../auth/token-verifier.ts';
import { Clock } from '../../../common/clock.ts';
import { DomainError } from '../../../common/domain-error.ts';
import { VerificationStatusService } from '../verification-status.service.ts';
import { StatusFeed } from './status-feed.ts';
import { StatusStream } from './status-stream.ts';

/** Enough for the browser tabs of one user, but stops a script that connects in a loop. */
const MAX_STREAMS_PER_USER = 8;

export class TooManyStreamsError extends DomainError {
  readonly kind = 'too_many';
  readonly code = 'stream.too_many';
  readonly title = 'This user has too many open status streams';
  override readonly retryAfterSeconds = 30;
}

/** A stream would look live and send no change, because this replica hears of none. */
export class StreamUnavailableError extends DomainError {
  readonly kind = 'unavailable';
  readonly code = 'stream.unavailable';
  readonly title = 'Status changes cannot be streamed at the moment';
  override readonly retryAfterSeconds = 5;
}

@Injectable()
export class StatusStreamService implements OnModuleDestroy {
  private readonly streams = new Map<string, Set<StatusStream>>();

  constructor(
    private readonly status: VerificationStatusService,
    private readonly feed: StatusFeed,
    private readonly clock: Clock,
  ) {
    // Changes are no longer announced, so the streams end. Clients poll the status until a stream can be opened again.
    feed.losses.subscribe(() => this.endAll());
  }

  /**
   * Connects a stream that sends the current status, then every change until the token expires.
   *
   * @throws UnknownUserError, TooManyStreamsError or StreamUnavailableError
   */
  async connect(principal: Principal): Promise<Readable> {
    if (!this.feed.isAvailable) throw new StreamUnavailableError('the feed from PostgreSQL is lost');
    const { userId } = await this.status.readOrCreate(principal);
    const ofUser = this.streams.get(userId) ?? new Set();
    if (ofUser.size >= MAX_STREAMS_PER_USER) {
      throw new TooManyStreamsError(`the user has ${ofUser.size} streams on this replica`);
    }
    const lifetimeMs = principal.expiresAt.getTime() - this.clock.now().getTime();
    const stream = new StatusStream(() => this.status.readOrCreate(principal), lifetimeMs);
    this.streams.set(userId, ofUser.add(stream));

    const subscription = this.feed.announcements.subscribe((announcement) => {
      if (announcement === 'all' || announcement.has(userId)) stream.refresh();
    });
    stream.body.once('close', () => {
      subscription.unsubscribe();
      ofUser.delete(stream);
      if (ofUser.size === 0 && this.streams.get(userId) === ofUser) this.streams.delete(userId);
    });
    // The first read comes after the subscription, so that the stream misses no change between the two.
    stream.refresh();
    return stream.body;
  }

  /**
   * The server waits for its connections to close, so the streams must end first. Clients reconnect to another replica.
   */
  onModuleDestroy(): void {
    this.endAll();
  }

  private endAll(): void {
    for (const ofUser of this.streams.values()) for (const stream of ofUser) stream.end();
  }
}
