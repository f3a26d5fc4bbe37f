import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock } from '../../common/clock.ts';
import { transaction } from '../../database/transaction.ts';
import { JobQueue } from '../../jobs/job-queue.ts';
import { type EventResult, Metrics } from '../../metrics/metrics.ts';
import type { InboxEvent } from './inbox-event.ts';
import { type AppendedEvent, LedgerRepository } from '../store/ledger.repository.ts';
import { Projector } from './projector.ts';

/** One batch, one transaction: events, statuses and jobs stand or fall together. */
@Injectable()
export class BatchWriter {
  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: LedgerRepository,
    private readonly projector: Projector,
    private readonly jobs: JobQueue,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  /** Resolves once everything is committed, to what became of each. Rejects if nothing is. */
  async write(events: readonly InboxEvent[]): Promise<EventResult[]> {
    const appended = await transaction(this.dataSource, (manager) => this.apply(manager, events));
    this.metrics.batchCommitted(events.length);
    return this.count(events, appended);
  }

  private async apply(manager: EntityManager, events: readonly InboxEvent[]): Promise<AppendedEvent[]> {
    // Copies in one batch are one event.
    const distinct = [...byKey(events).values()];
    const appended = await this.ledger.append(manager, distinct);
    if (appended.length === 0) return appended;
    const isNew = byKey(appended);
    const news = distinct.filter((event) => isNew.has(keyOf(event)));
    const known = appended.flatMap((event) => event.sessionRowId ?? []);
    const early = news.filter(hasSession).filter((event) => isNew.get(keyOf(event))?.sessionRowId === null);
    const arrived = early.length === 0 ? [] : await this.findAfterAll(manager, early);
    await this.projector.project(manager, [...new Set([...known, ...arrived])], this.clock.now());
    const lookups = news.flatMap(({ provider, lookup }) => (lookup === null ? [] : [{ provider, lookup }]));
    await this.jobs.add(manager, 'provider-lookup', lookups);
    return appended;
  }

  /** A session row may be appearing this very moment: whoever comes second under the lock sees the other. */
  private async findAfterAll(
    manager: EntityManager,
    early: readonly { provider: string; sessionId: string }[],
  ): Promise<string[]> {
    await this.ledger.lockSessionIds(manager, early);
    return this.ledger.findSessionRows(manager, early);
  }

  private count(events: readonly InboxEvent[], appended: readonly AppendedEvent[]): EventResult[] {
    const isNew = byKey(appended);
    const seen = new Set<string>();
    return events.map((event) => {
      const result = resultOf(event, seen.has(keyOf(event)) ? undefined : isNew.get(keyOf(event)));
      seen.add(keyOf(event));
      this.metrics.recorded(event.provider, event.outcome, result);
      return result;
    });
  }
}

function resultOf(event: InboxEvent, appended: AppendedEvent | undefined): EventResult {
  if (appended === undefined) return 'duplicate';
  if (appended.isRefused) return 'refused';
  return event.sessionId !== null && appended.sessionRowId === null ? 'session_unknown' : 'recorded';
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
