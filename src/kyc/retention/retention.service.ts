import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource } from 'typeorm';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { IdempotencyKeys } from '../idempotency/idempotency-key.repository.ts';

const DAY_MS = 24 * 60 * 60 * 1_000;
/** Each a statement of its own, well within the time that any statement has. */
const ROWS_A_BATCH = 500;
/** These are only looked at; few of them go. */
const EVENTS_A_BATCH = 5_000;

/** How many rows went. */
export interface Purged {
  sessions: number;
  /** Those of the sessions, and those of no session. */
  events: number;
  erasures: number;
  idempotencyKeys: number;
  rateLimits: number;
}

/** Deletes what is older than its period. Interrupted, it leaves the rest to the next time. */
@Injectable()
export class RetentionService {
  private readonly periods: GatewayConfig['retention'];

  constructor(
    private readonly dataSource: DataSource,
    private readonly idempotencyKeys: IdempotencyKeys,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.periods = config.get('retention', { infer: true });
  }

  async purge(now: Date, signal?: AbortSignal): Promise<Purged> {
    const { sessionsDays, unmatchedEventsDays, erasuresDays } = this.periods;
    const purged: Purged = { sessions: 0, events: 0, erasures: 0, idempotencyKeys: 0, rateLimits: 0 };
    const repeat = (batch: () => Promise<boolean>) => untilDone(batch, signal);

    await repeat(async () => {
      const gone = await this.ask<'sessions' | 'events'>(
        `SELECT sessions, events FROM kyc_purge_sessions($1, $2)`,
        [daysBefore(now, sessionsDays), ROWS_A_BATCH],
      );
      purged.sessions += gone.sessions;
      purged.events += gone.events;
      return gone.sessions < ROWS_A_BATCH;
    });
    let after: number | null = 0;
    await repeat(async () => {
      const gone: Record<'last' | 'events', number> = await this.ask(
        `SELECT last, events FROM kyc_purge_events($1, $2, $3)`,
        [daysBefore(now, unmatchedEventsDays), after, EVENTS_A_BATCH],
      );
      purged.events += gone.events;
      after = gone.last;
      return after === null;
    });
    await repeat(async () => {
      const gone = await this.ask<'erasures'>(`SELECT erasures FROM kyc_purge_erasures($1, $2)`, [
        daysBefore(now, erasuresDays),
        ROWS_A_BATCH,
      ]);
      purged.erasures += gone.erasures;
      return gone.erasures < ROWS_A_BATCH;
    });
    await repeat(async () => {
      const gone = await this.idempotencyKeys.deleteExpired(now, ROWS_A_BATCH);
      purged.idempotencyKeys += gone;
      return gone < ROWS_A_BATCH;
    });
    await repeat(async () => {
      const gone = await this.deleteRateLimits(now);
      purged.rateLimits += gone;
      return gone < ROWS_A_BATCH;
    });
    return purged;
  }

  private async ask<Column extends string>(
    sql: string,
    parameters: unknown[],
  ): Promise<Record<Column, number>> {
    const [row] = (await this.dataSource.query(sql, parameters)) as [Record<Column, number>];
    return row;
  }

  private async deleteRateLimits(now: Date): Promise<number> {
    const [, deleted] = (await this.dataSource.query(
      `DELETE FROM kyc_rate_limits WHERE key IN (
         SELECT key FROM kyc_rate_limits WHERE expire < $1 LIMIT $2 FOR UPDATE SKIP LOCKED)`,
      [now.getTime(), ROWS_A_BATCH],
    )) as [unknown, number];
    return deleted;
  }
}

async function untilDone(batch: () => Promise<boolean>, signal?: AbortSignal): Promise<void> {
  for (;;) {
    if (signal?.aborted === true || (await batch())) return;
  }
}

function daysBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * DAY_MS);
}
