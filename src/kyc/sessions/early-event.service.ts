import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { useIndexPlans } from '../../database/index-plans.ts';
import { pipeline } from '../../database/pipeline.ts';
import { Metrics } from '../../metrics/metrics.ts';
import { Projector } from '../inbox/projector.ts';
import type { SessionName } from '../store/attempt.repository.ts';
import { type EarlyEvent, LedgerRepository } from '../store/ledger.repository.ts';

/** Handles webhooks that arrive before the attempt of their session is marked as opened. */
@Injectable()
export class EarlyEventService {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly projector: Projector,
    private readonly metrics: Metrics,
  ) {}

  /** Makes the inbox wait with events of the session until the manager's transaction ends. */
  async lock(manager: EntityManager, session: SessionName): Promise<void> {
    await this.ledger.lockSessions(manager, [session]);
  }

  /** The events that the ledger already holds. Call it under the lock. */
  find(manager: EntityManager, session: SessionName, userId: string): Promise<EarlyEvent[]> {
    return this.ledger.findEarlyEvents(manager, session, userId);
  }

  /** Brings the attempt to the state that its early events lead to. */
  async apply(
    manager: EntityManager,
    attemptId: string,
    early: readonly EarlyEvent[],
    now: Date,
  ): Promise<void> {
    if (early.length === 0) return;
    // The connection keeps the plans of these statements for the inbox, so they must be index plans here too.
    await pipeline(useIndexPlans(manager), this.projector.project(manager, [attemptId], now));
  }

  /** Counts events that name another user. Their arrival could not be counted as refused without the attempt. */
  countForeign(provider: string, early: readonly EarlyEvent[]): void {
    for (const { outcome, isForeign } of early) {
      if (isForeign) this.metrics.recorded(provider, outcome, 'refused');
    }
  }
}
