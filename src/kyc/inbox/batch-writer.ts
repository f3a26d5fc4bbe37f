import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { useIndexPlans } from '../../database/index-plans.ts';
import { pipeline } from '../../database/pipeline.ts';
import { type EventResult, Metrics } from '../../metrics/metrics.ts';
import type { OpenedAttempt } from '../store/attempt.ts';
import { AttemptStateRepository } from '../store/attempt-state.repository.ts';
import { LedgerRepository } from '../store/ledger.repository.ts';
import { type AddedEvent, byKey, EventEffects, isVerdict, keyOf } from './event-effects.ts';
import { type InboxEvent, secondsAhead } from './inbox-event.ts';
import { Projector } from './projector.ts';

/** Clocks may differ by this much without a report. */
const MAX_SECONDS_AHEAD = 5;

@Injectable()
export class BatchWriter {
  private readonly logger = new Logger(BatchWriter.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: LedgerRepository,
    private readonly states: AttemptStateRepository,
    private readonly projector: Projector,
    private readonly effects: EventEffects,
    private readonly metrics: Metrics,
  ) {}

  /** Resolves to the result of each event once the batch is committed. Rejects if the transaction rolled back. */
  async commitBatch(events: readonly InboxEvent[], now: Date): Promise<EventResult[]> {
    const added = await this.dataSource.transaction((manager) => this.append(manager, events, now));
    this.metrics.batchCommitted(events.length);
    return this.report(events, added);
  }

  /** Logs and counts events after their transaction. Returns the result of each event. */
  report(events: readonly InboxEvent[], added: readonly AddedEvent[]): EventResult[] {
    this.reportClocksAhead(events, added);
    this.reportVerdictsWithoutEffect(events, added);
    return this.count(events, added);
  }

  /** Appends the events that the ledger does not contain yet, and applies them. Returns them. */
  async append(manager: EntityManager, events: readonly InboxEvent[], now: Date): Promise<AddedEvent[]> {
    // A batch can contain several deliveries of the same event.
    const distinct = [...byKey(events).values()];
    // PostgreSQL runs these in order, so the events are inserted after all locks are taken.
    const [, , appended] = await pipeline(
      this.ledger.lockUnmatched(manager, distinct),
      this.states.lockUsersOfSessions(manager, distinct),
      this.ledger.append(manager, distinct),
    );
    return this.effects.apply(manager, distinct, appended, now);
  }

  /** Writes the state of the attempt again, because an event that the ledger already contains changes nothing. */
  async repairState(attempt: OpenedAttempt, now: Date): Promise<void> {
    const session = { provider: attempt.provider, sessionId: attempt.providerSessionId };
    await this.dataSource.transaction(async (manager) => {
      // The inbox reuses the plans that this connection caches.
      await pipeline(useIndexPlans(manager), this.states.lockUsersOfSessions(manager, [session]));
      await this.projector.projectCurrent(manager, [attempt.id], now);
    });
  }

  /** An operator must see them: the provider may have found a fraud, or approved a user who is rejected. */
  private reportVerdictsWithoutEffect(events: readonly InboxEvent[], added: readonly AddedEvent[]): void {
    const addedByKey = byKey(added);
    for (const event of byKey(events).values()) {
      const { provider, outcome } = event;
      const result = resultOf(event, addedByKey.get(keyOf(event)));
      if (result === 'late') {
        const attemptId = addedByKey.get(keyOf(event))?.attemptId;
        this.logger.warn({ event: 'kyc.late_verdict', provider, attemptId, outcome });
      }
      if (result === 'session_erased' && isVerdict(outcome)) {
        this.logger.warn({ event: 'security.verdict_after_erasure', provider, outcome });
      }
    }
  }

  /** Logs one line per provider and batch, because a provider whose clock is wrong dates every event wrongly. */
  private reportClocksAhead(events: readonly InboxEvent[], appended: readonly AddedEvent[]): void {
    const datedAhead = events.filter((event) => secondsAhead(event) > MAX_SECONDS_AHEAD);
    if (datedAhead.length === 0) return;
    const appendedByKey = byKey(appended);
    const ahead = [...byKey(datedAhead).values()].filter((event) => appendedByKey.has(keyOf(event)));
    for (const { provider } of ahead) this.metrics.datedAhead(provider);
    for (const [provider, found] of Map.groupBy(ahead, (event) => event.provider)) {
      const seconds = Math.max(...found.map(secondsAhead));
      this.logger.warn({ event: 'kyc.provider_clock_ahead', provider, seconds, events: found.length });
    }
  }

  private count(events: readonly InboxEvent[], appended: readonly AddedEvent[]): EventResult[] {
    const appendedByKey = byKey(appended);
    const seen = new Set<string>();
    return events.map((event) => {
      const key = keyOf(event);
      const result = resultOf(event, seen.has(key) ? undefined : appendedByKey.get(key));
      seen.add(key);
      this.metrics.recorded(event.provider, event.outcome, result);
      return result;
    });
  }
}

function resultOf(event: InboxEvent, appended: AddedEvent | undefined): EventResult {
  if (appended === undefined) return 'duplicate';
  if (appended.isRefused) return 'refused';
  if (appended.isErased && appended.attemptId === null) return 'session_erased';
  if (appended.isLate) return 'late';
  return event.sessionId !== null && appended.attemptId === null ? 'session_unknown' : 'recorded';
}
