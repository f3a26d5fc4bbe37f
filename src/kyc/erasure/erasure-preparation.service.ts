import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { pipeline } from '../../database/pipeline.ts';
import { UserRepository } from '../../users/user.repository.ts';
import { endingAfter, endingEvent, inboxEvent } from '../inbox/inbox-event.ts';
import { Projector } from '../inbox/projector.ts';
import { StartInProgressError } from '../sessions/session-errors.ts';
import { AttemptRepository, type LostAttempt, type SessionName } from '../store/attempt.repository.ts';
import { isLeased, isOpened } from '../store/attempt.ts';
import { LedgerRepository } from '../store/ledger.repository.ts';

export type Requester = { kind: 'user' } | { kind: 'operator'; name: string };

/** No attempt of the user changes until the transaction ends. */
export interface PreparedErasure {
  /** The id as PostgreSQL prints it. */
  userId: string;
  isUser: boolean;
  sessions: SessionName[];
  lost: LostAttempt[];
  hasData: boolean;
}

@Injectable()
export class ErasurePreparationService {
  constructor(
    private readonly attempts: AttemptRepository,
    private readonly ledger: LedgerRepository,
    private readonly projector: Projector,
    private readonly users: UserRepository,
  ) {}

  /**
   * @throws UnknownUserError if the id does not fit the type of users.id
   * @throws StartInProgressError if a replica is opening a session for the user
   */
  async prepare(
    manager: EntityManager,
    givenId: string,
    requester: Requester,
    keepsDecision: boolean,
    now: Date,
  ): Promise<PreparedErasure> {
    const userId = await this.users.canonicalId(givenId, manager);
    // Locked in the same order as by the inbox. Otherwise the two could wait for each other.
    const unmatched = await this.ledger.findUnmatchedSessionsByUser(manager, userId);
    await this.ledger.lockUnmatchedOfUser(manager, userId, unmatched);
    const user = await this.users.lock(manager, userId);
    await this.endOpenSessions(manager, userId, requester, now);

    const [own, lost, withoutAttempt, hasAttempt, hasEvent] = await pipeline(
      this.attempts.findSessionsToErase(manager, userId),
      this.attempts.findLost(manager, userId),
      this.ledger.findUnmatchedSessionsByUser(manager, userId),
      this.attempts.hasAttemptDataToErase(manager, userId, keepsDecision),
      this.ledger.hasEventOfUser(manager, userId),
    );
    const sessions = [...own, ...withoutAttempt];
    const hasData = sessions.length > 0 || hasAttempt || hasEvent;
    return { userId, isUser: user !== null, sessions, lost, hasData };
  }

  /**
   * Ends the sessions with events, so that ledger and status agree. The caller holds the user's lock.
   * @throws StartInProgressError if a session is being opened
   */
  private async endOpenSessions(
    manager: EntityManager,
    userId: string,
    requester: Requester,
    now: Date,
  ): Promise<void> {
    const unfinished = await this.attempts.findNotOver(manager, userId);
    if (unfinished.some((attempt) => isLeased(attempt, now))) {
      throw new StartInProgressError('a session is being opened during an erasure');
    }
    const open = unfinished.filter(isOpened);
    if (open.length === 0) return;
    const isOperator = requester.kind === 'operator';
    const actor = isOperator ? requester.name : null;
    const endings = open.map((attempt) => {
      const event = endingEvent(attempt, endingAfter(attempt.phase), now);
      return inboxEvent(event, isOperator ? 'operator' : 'gateway', now, null, { actor });
    });
    const ids = open.map((attempt) => attempt.id);
    await this.ledger.append(manager, endings);
    await this.projector.projectCurrent(manager, ids, now);
  }
}
