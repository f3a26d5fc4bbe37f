import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { pipeline } from '../../database/pipeline.ts';
import { JobQueue } from '../../jobs/job-queue.ts';
import type { JobPayloads } from '../../jobs/queues.ts';
import { publicReason } from '../domain/rejection-reason.ts';
import { foldSession, type SessionState } from '../domain/session-state.ts';
import { noticeOf, statusOf } from '../domain/user-status.ts';
import { AttemptStateRepository, type StateChange } from '../store/attempt-state.repository.ts';

@Injectable()
export class Projector {
  constructor(
    private readonly states: AttemptStateRepository,
    private readonly jobs: JobQueue,
  ) {}

  /**
   * Changes only attempts that are the current attempt of their user. Everything happens in the manager's transaction.
   * The caller holds the users' locks. Returns the ids of the attempts that are current.
   */
  async projectCurrent(
    manager: EntityManager,
    attemptIds: readonly string[],
    now: Date,
  ): Promise<ReadonlySet<string>> {
    if (attemptIds.length === 0) return new Set();
    const attempts = await this.states.findCurrentWithEvents(manager, attemptIds);
    const changes = attempts
      .map((attempt) => ({ attempt, after: foldSession(attempt.entries) }))
      .filter(hasChanged);
    if (changes.length > 0) {
      await pipeline(
        this.states.writeAndAnnounce(manager, changes, now),
        this.jobs.add(manager, 'notification', changes.flatMap(notificationOf)),
      );
    }
    return new Set(attempts.map(({ id }) => id));
  }
}

/** Compares the user's row as well, so that a projection also repairs a row that disagrees with the attempt. */
function hasChanged({ attempt, after }: StateChange): boolean {
  return (
    attempt.status !== statusOf(after.phase) ||
    attempt.phase !== after.phase ||
    attempt.reason !== after.reason ||
    attempt.phaseSince?.getTime() !== after.since?.getTime()
  );
}

function notificationOf({ attempt, after }: StateChange): JobPayloads['notification'][] {
  const before: SessionState = { phase: attempt.phase, reason: attempt.reason, since: attempt.phaseSince };
  const subject = noticeOf(before, after);
  if (subject === null) return [];
  return [
    {
      mailId: randomUUID(),
      userId: attempt.userId,
      subject,
      reason: publicReason(after.reason),
      attemptId: attempt.id,
      since: after.since?.toISOString() ?? null,
    },
  ];
}
