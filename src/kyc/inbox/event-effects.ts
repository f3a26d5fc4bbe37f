import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { JobQueue } from '../../jobs/job-queue.ts';
import { type Outcome, VERDICTS } from '../domain/outcome.ts';
import { AttemptStateRepository } from '../store/attempt-state.repository.ts';
import { LateVerdictRepository } from '../store/late-verdict.repository.ts';
import { type AppendedEvent, LedgerRepository } from '../store/ledger.repository.ts';
import { endingAfter, endingEvent, type InboxEvent, inboxEvent } from './inbox-event.ts';
import { Projector } from './projector.ts';

/** An event that the ledger did not contain yet. */
export interface AddedEvent extends AppendedEvent {
  /** The verdict changes no status, because a newer attempt has replaced its attempt. */
  isLate: boolean;
}

/** Applies appended events, in the transaction that appended them. The caller holds the users' locks. */
@Injectable()
export class EventEffects {
  constructor(
    private readonly ledger: LedgerRepository,
    private readonly states: AttemptStateRepository,
    private readonly lateVerdicts: LateVerdictRepository,
    private readonly projector: Projector,
    private readonly jobs: JobQueue,
  ) {}

  /** @param events the events that were to be appended, each once */
  async apply(
    manager: EntityManager,
    events: readonly InboxEvent[],
    appended: readonly AppendedEvent[],
    now: Date,
  ): Promise<AddedEvent[]> {
    if (appended.length === 0) return [];
    const eventByKey = byKey(events);
    const known = appended.flatMap((event) => event.attemptId ?? []);
    const current = await this.projector.projectCurrent(manager, [...new Set(known)], now);
    await this.endErased(manager, appended, now);
    const added = appended.map((event) => {
      const isOfReplaced = event.attemptId !== null && !current.has(event.attemptId);
      const outcome = eventByKey.get(keyOf(event))?.outcome;
      return { ...event, isLate: !event.isRefused && isOfReplaced && isVerdict(outcome) };
    });
    const late = added.filter(({ isLate, isErased }) => isLate && !isErased);
    await this.lateVerdicts.insert(manager, late);
    const lookups = appended.flatMap((event) => {
      const lookup = eventByKey.get(keyOf(event))?.lookup ?? null;
      return lookup === null ? [] : [{ provider: event.provider, lookup }];
    });
    await this.jobs.addUnlessWaiting(manager, 'provider-lookup', lookups);
    return added;
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
}

export function isVerdict(outcome: Outcome | undefined): boolean {
  return (VERDICTS as readonly (Outcome | undefined)[]).includes(outcome);
}

export function keyOf(event: { provider: string; eventKey: string }): string {
  return `${event.provider}:${event.eventKey}`;
}

export function byKey<T extends { provider: string; eventKey: string }>(
  events: readonly T[],
): Map<string, T> {
  return new Map(events.map((event) => [keyOf(event), event]));
}
