import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { endingEvent, inboxEvent } from '../inbox/inbox-event.ts';
import { LedgerRepository } from '../store/ledger.repository.ts';
import { Projector } from '../inbox/projector.ts';
import { StartInProgressError } from '../sessions/session-errors.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import { type Attempt, isLeased, isOpened } from '../store/attempt.ts';
import { type Asker, nameOf } from './asker.ts';

/** The sessions of a user that an erasure has to end first. */
@Injectable()
export class OpenSessions {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly ledger: LedgerRepository,
    private readonly projector: Projector,
  ) {}

  /** Ends them as any other event would: in the ledger, and in the user's status. Resolves to their rows' ids. */
  async end(manager: EntityManager, userId: string, by: Asker, now: Date): Promise<string[]> {
    const open = (await this.attempts.findUnfinished(manager, userId)).filter(isOpened);
    if (open.length === 0) return [];
    const actor = by.kind === 'operator' ? nameOf(by) : null;
    const source = by.kind === 'operator' ? 'operator' : 'gateway';
    const endings = open.map((session) =>
      // Nothing but a failure ends what is in review.
      inboxEvent(
        endingEvent(session, session.phase === 'in_review' ? 'failed' : 'abandoned', now),
        source,
        now,
        null,
        { actor },
      ),
    );
    const ids = open.map((session) => session.id);
    await this.ledger.append(manager, endings);
    await this.projector.project(manager, ids, now);
    return ids;
  }

  /**
   * Under the user's lock: has another one been opened meanwhile, or is somebody at the provider to open it?
   *
   * @throws StartInProgressError if so
   */
  async requireNoOther(
    manager: EntityManager,
    userId: string,
    ended: readonly string[],
    now: Date,
  ): Promise<void> {
    const left = await this.attempts.findUnfinished(manager, userId);
    const isNew = (attempt: Attempt) =>
      attempt.phase === 'opening' ? isLeased(attempt, now) : !ended.includes(attempt.id);
    if (left.some(isNew))
      throw new StartInProgressError('a session is being opened while its data is erased');
  }
}
