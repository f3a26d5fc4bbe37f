import { Injectable, Logger } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { pipeline } from '../../database/pipeline.ts';
import { JobQueue } from '../../jobs/job-queue.ts';
import { type EventResult, Metrics } from '../../metrics/metrics.ts';
import type { OpenedAttempt } from '../store/attempt.ts';
import { type Outcome, VERDICTS } from '../domain/outcome.ts';
import { AttemptStateRepository } from '../store/attempt-state.repository.ts';
import { type AppendedEvent, LedgerRepository } from '../store/ledger.repository.ts';
import { endingAfter, endingEvent, type InboxEvent, inboxEvent, secondsAhead } from './inbox-event.ts';
import { Projector } from './projector.ts';

/** An event that the ledger did not contain yet. */
interface AddedEvent extends AppendedEvent {
  /** The attempt was replaced by a newer one, so the event changes no status. */
  isOfReplacedAttempt: boolean;
}

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
    private readonly jobs: JobQueue,
    private readonly metrics: Metrics,
  ) {}

  /** Resolves to the result of each event once the batch is committed. Rejects if the transaction rolled back. */
  async commitBatch(events: readonly InboxEvent[], now: Date): Promise<EventResult[]> {
    const appended = await this.dataSource.transaction((manager) => this.apply(manager, events, now));
    this.metrics.batchCommitted(events.length);
    this.reportClocksAhead(events, appended);
    this.reportVerdictsWithoutEffect(events, appended);
    return this.count(events, appended);
  }

  /** Writes the state of the attempt again, because an event that the ledger already contains changes nothing. */
  async repairState(attempt: OpenedAttempt, now: Date): Promise<void> {
    const session = { provider: attempt.provider, sessionId: attempt.providerSessionId };
    await this.dataSource.transaction(async (manager) => {
      await this.states.lockUsersOfSessions(manager, [session]);
      await this.projector.projectCurrent(manager, [attempt.id], now);
    });
  }

  private async apply(
    manager: EntityManager,
    events: readonly InboxEvent[],
    now: Date,
  ): Promise<AddedEvent[]> {
    // A batch can contain several deliveries of the same event.
    const distinct = [...byKey(events).values()];
    // PostgreSQL runs these in order, so the events are inserted after all locks are taken.
    const [, , appended] = await pipeline(
      this.ledger.lockUnmatched(manager, distinct),
      this.states.lockUsersOfSessions(manager, distinct),
      this.ledger.append(manager, distinct),
    );
    if (appended.length === 0) return [];
    const appendedByKey = byKey(appended);
    const added = distinct.filter((event) => appendedByKey.has(keyOf(event)));
    const known = appended.flatMap((event) => event.attemptId ?? []);
    const current = await this.projector.projectCurrent(manager, [...new Set(known)], now);
    await this.endErased(manager, appended, now);
    const lookups = added.flatMap(({ provider, lookup }) => (lookup === null ? [] : [{ provider, lookup }]));
    await this.jobs.addUnlessWaiting(manager, 'provider-lookup', lookups);
    return appended.map((event) => ({
      ...event,
      isOfReplacedAttempt: event.attemptId !== null && !current.has(event.attemptId),
    }));
  }

  /**
   * Nothing can read or resume an erased session, so its user would wait forever. The attempt ends, and the user can
   * start anew.
   */
  private async endErased(
    manager: EntityManager,
    appended: readonly AppendedEvent[],
    now: Date,
  ): Promise<void> {
    const erased = appended.flatMap(({ isErased, attemptId }) => (isErased ? (attemptId ?? []) : []));
    if (erased.length === 0) return;
    const reopened = await this.states.findErasedAndReopened(manager, erased);
    if (reopened.length === 0) return;
    const endings = reopened.map((attempt) => endingEvent(attempt, endingAfter(attempt.phase), now));
    await this.ledger.append(
      manager,
      endings.map((event) => inboxEvent(event, 'gateway', now)),
    );
    await this.projector.projectCurrent(
      manager,
      reopened.map(({ id }) => id),
      now,
    );
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
  private reportClocksAhead(events: readonly InboxEvent[], appended: readonly AppendedEvent[]): void {
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
  if (appended.isOfReplacedAttempt && isVerdict(event.outcome)) return 'late';
  return event.sessionId !== null && appended.attemptId === null ? 'session_unknown' : 'recorded';
}

function isVerdict(outcome: Outcome): boolean {
  return (VERDICTS as readonly Outcome[]).includes(outcome);
}

function keyOf(event: { provider: string; eventKey: string }): string {
  return `${event.provider}:${event.eventKey}`;
}

function byKey<T extends { provider: string; eventKey: string }>(events: readonly T[]): Map<string, T> {
  return new Map(events.map((event) => [keyOf(event), event]));
}
