import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { useIndexPlans } from '../../database/index-plans.ts';
import { pipeline } from '../../database/pipeline.ts';
import { Metrics } from '../../metrics/metrics.ts';
import { Projector } from '../inbox/projector.ts';
import type { SessionName } from '../store/attempt.repository.ts';
import { type EarlyEvent, LedgerRepository } from '../store/ledger.repository.ts';

/** Handles webhooks that arrive before the gateway marks the attempt of their session as opened. */
@Injectable()
export class EarlyEventService {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly projector: Projector,
    private readonly metrics: Metrics,
  ) {}

  /** The inbox waits for this lock before it stores further events of the session. */
  async lockSession(manager: EntityManager, session: SessionName): Promise<void> {
    await this.ledger.lockSession(manager, session);
  }

  /** The caller holds the lock. */
  findEvents(manager: EntityManager, session: SessionName, userId: string): Promise<EarlyEvent[]> {
    return this.ledger.findEarlyEvents(manager, session, userId);
  }

  /** The caller holds the user's lock. */
  async applyToAttempt(
    manager: EntityManager,
    attemptId: string,
    early: readonly EarlyEvent[],
    now: Date,
  ): Promise<void> {
    if (early.length === 0) return;
    // The inbox reuses the plans that this connection caches, so they must be index plans here too.
    await pipeline(useIndexPlans(manager), this.projector.projectCurrent(manager, [attemptId], now));
  }

  /** Counts the early events here, because their session had no user when they arrived. */
  countRefusedInMetrics(provider: string, early: readonly EarlyEvent[]): void {
    for (const { outcome, isForeign } of early) {
      if (isForeign) this.metrics.recorded(provider, outcome, 'refused');
    }
  }
}
