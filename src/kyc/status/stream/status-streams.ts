import type { Readable } from 'node:stream';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Principal } from '../../../auth/token-verifier.ts';
import { Clock } from '../../../common/clock.ts';
import { DomainError } from '../../../common/domain-error.ts';
import { VerificationStatusService } from '../verification-status.service.ts';
import { StatusFeed } from './status-feed.ts';
import { StatusStream } from './status-stream.ts';

/** A person has few tabs open; a script that opens hundreds is stopped here. */
const MAX_STREAMS_PER_USER = 8;

export class TooManyStreamsError extends DomainError {
  readonly kind = 'too_many';
  readonly code = 'stream.too_many';
  readonly title = 'Too many streams are open';
  override readonly retryAfterSeconds = 30;
}

/** The streams that are open on this replica, by user. */
@Injectable()
export class StatusStreams implements OnModuleDestroy {
  private readonly streams = new Map<string, Set<StatusStream>>();

  constructor(
    private readonly status: VerificationStatusService,
    private readonly feed: StatusFeed,
    private readonly clock: Clock,
  ) {}

  /**
   * Begins with where the user stands, and tells every change until the token expires.
   *
   * @throws UnknownUserError or TooManyStreamsError
   */
  async open(principal: Principal): Promise<Readable> {
    const { userId } = await this.status.read(principal);
    const own = this.streams.get(userId) ?? new Set();
    if (own.size >= MAX_STREAMS_PER_USER) throw new TooManyStreamsError(`${own.size} streams of one user`);
    const lifetimeMs = principal.expiresAt.getTime() - this.clock.now().getTime();
    const stream = new StatusStream(() => this.status.read(principal), lifetimeMs);
    this.streams.set(userId, own.add(stream));

    const subscription = this.feed.announcements.subscribe((announcement) => {
      if (announcement === 'all' || announcement.has(userId)) stream.tell();
    });
    stream.body.once('close', () => {
      subscription.unsubscribe();
      own.delete(stream);
      if (own.size === 0 && this.streams.get(userId) === own) this.streams.delete(userId);
    });
    // Read now that changes are heard, so that none falls in between.
    stream.tell();
    return stream.body;
  }

  /** Before the server waits for its connections. The pages come back, to another replica. */
  onModuleDestroy(): void {
    for (const own of this.streams.values()) for (const stream of own) stream.end();
  }
}
