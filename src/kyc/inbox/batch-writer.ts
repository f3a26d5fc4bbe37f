import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { JobQueue } from '../../jobs/job-queue.ts';
import { type EventResult, Metrics } from '../../metrics/metrics.ts';
import { AttemptRepository, type SessionName } from '../store/attempt.repository.ts';
import { type AppendedEvent, LedgerRepository } from '../store/ledger.repository.ts';
import type { InboxEvent } from './inbox-event.ts';
import { Projector } from './projector.ts';

@Injectable()
export class BatchWriter {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: LedgerRepository,
    private readonly attempts: AttemptRepository,
    private readonly projector: Projector,
    private readonly jobs: JobQueue,
    private readonly metrics: Metrics,
  ) {}

  /** Resolves to the result of each event once the batch is committed. Rejects if the transaction rolled back. */
  async commitBatch(events: readonly InboxEvent[], now: Date): Promise<EventResult[]> {
    const appended = await this.dataSource.transaction((manager) => this.apply(manager, events, now));
    this.metrics.batchCommitted(events.length);
    return this.count(events, appended);
  }

  private async apply(
    manager: EntityManager,
    events: readonly InboxEvent[],
    now: Date,
  ): Promise<AppendedEvent[]> {
    // A batch can contain several deliveries of the same event.
    const distinct = [...byKey(events).values()];
    const appended = await this.ledger.append(manager, distinct);
    if (appended.length === 0) return appended;
    const appendedByKey = byKey(appended);
    const added = distinct.filter((event) => appendedByKey.has(keyOf(event)));
    const early = added
      .filter(hasSession)
      .filter((event) => appendedByKey.get(keyOf(event))?.attemptId === null);
    const opened = early.length === 0 ? [] : await this.findOpenedMeanwhile(manager, early);
    const known = appended.flatMap((event) => event.attemptId ?? []);
    await this.projector.projectCurrent(manager, [...new Set([...known, ...opened])], now);
    const lookups = added.flatMap(({ provider, lookup }) => (lookup === null ? [] : [{ provider, lookup }]));
    await this.jobs.add(manager, 'provider-lookup', lookups);
    return appended;
  }

  /**
   * Finds attempts that another transaction is marking as opened. Both transactions acquire the same lock, so the
   * second sees the rows of the first.
   */
  private async findOpenedMeanwhile(
    manager: EntityManager,
    sessions: readonly SessionName[],
  ): Promise<string[]> {
    await this.ledger.lockSessions(manager, sessions);
    return this.attempts.findIdsBySession(manager, sessions);
  }

  private count(events: readonly InboxEvent[], appended: readonly AppendedEvent[]): EventResult[] {
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

function resultOf(event: InboxEvent, appended: AppendedEvent | undefined): EventResult {
  if (appended === undefined) return 'duplicate';
  if (appended.isRefused) return 'refused';
  return event.sessionId !== null && appended.attemptId === null ? 'session_unknown' : 'recorded';
}

function keyOf(event: { provider: string; eventKey: string }): string {
  return `${event.provider}:${event.eventKey}`;
}

function byKey<T extends { provider: string; eventKey: string }>(events: readonly T[]): Map<string, T> {
  return new Map(events.map((event) => [keyOf(event), event]));
}

function hasSession<T extends { sessionId: string | null }>(event: T): event is T & { sessionId: string } {
  return event.sessionId !== null;
}
