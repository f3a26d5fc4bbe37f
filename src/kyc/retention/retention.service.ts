import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource } from 'typeorm';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { IdempotencyKeyRepository } from '../idempotency/idempotency-key.repository.ts';
import { RateLimitRepository } from '../limits/rate-limit.repository.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import { RetentionRepository } from './retention.repository.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** A batch of this size stays far below the statement timeout. */
const ROWS_PER_BATCH = 500;
/** A batch only reads most of these events, so it can be larger. */
const EVENTS_PER_BATCH = 5_000;

export interface Purged {
  sessions: number;
  /** Events of the deleted sessions, and events without a session. */
  events: number;
  erasures: number;
  idempotencyKeys: number;
  rateLimits: number;
  resumeTokens: number;
}

/** Deletes in batches, so that an interrupted run continues the next time. */
@Injectable()
export class RetentionService {
  private readonly periods: GatewayConfig['retention'];

  constructor(
    private readonly dataSource: DataSource,
    private readonly attempts: AttemptRepository,
    private readonly retention: RetentionRepository,
    private readonly idempotencyKeys: IdempotencyKeyRepository,
    private readonly rateLimits: RateLimitRepository,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.periods = config.get('retention', { infer: true });
  }

  async purge(now: Date, signal?: AbortSignal): Promise<Purged> {
    const { manager } = this.dataSource;
    const { sessionsDays, unmatchedEventsDays, erasuresDays } = this.periods;
    const purged: Purged = {
      sessions: 0,
      events: 0,
      erasures: 0,
      idempotencyKeys: 0,
      rateLimits: 0,
      resumeTokens: 0,
    };

    await repeat(signal, async () => {
      const endedBefore = daysBefore(now, sessionsDays);
      const deleted = await this.retention.deleteReplacedSessions(manager, endedBefore, ROWS_PER_BATCH);
      purged.sessions += deleted.sessions;
      purged.events += deleted.events;
      return deleted.sessions === ROWS_PER_BATCH;
    });
    let after = 0;
    await repeat(signal, async () => {
      const receivedBefore = daysBefore(now, unmatchedEventsDays);
      const { last, events } = await this.retention.deleteEventsWithoutAttempt(
        manager,
        receivedBefore,
        after,
        EVENTS_PER_BATCH,
      );
      purged.events += events;
      if (last === null) return false;
      after = last;
      return true;
    });
    await repeat(signal, async () => {
      const completeBefore = daysBefore(now, erasuresDays);
      const deleted = await this.retention.deleteErasures(manager, completeBefore, ROWS_PER_BATCH);
      purged.erasures += deleted;
      return deleted >= ROWS_PER_BATCH;
    });
    await repeat(signal, async () => {
      const deleted = await this.idempotencyKeys.deleteExpired(manager, now, ROWS_PER_BATCH);
      purged.idempotencyKeys += deleted;
      return deleted === ROWS_PER_BATCH;
    });
    await repeat(signal, async () => {
      const deleted = await this.rateLimits.deleteExpired(manager, now, ROWS_PER_BATCH);
      purged.rateLimits += deleted;
      return deleted === ROWS_PER_BATCH;
    });
    await repeat(signal, async () => {
      const deleted = await this.attempts.deleteExpiredResumeTokens(manager, now, ROWS_PER_BATCH);
      purged.resumeTokens += deleted;
      return deleted === ROWS_PER_BATCH;
    });
    return purged;
  }
}

async function repeat(signal: AbortSignal | undefined, batch: () => Promise<boolean>): Promise<void> {
  for (;;) {
    if (signal?.aborted === true || !(await batch())) return;
  }
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
