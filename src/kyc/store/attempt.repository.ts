import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource, type EntityManager } from 'typeorm';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { pipeline, transaction } from '../../database/transaction.ts';
import { orUnknownUser, type LockedUser, UsersService } from '../../users/users.service.ts';
import { type EarlyEvent, LedgerRepository } from './ledger.repository.ts';
import { Projector } from '../inbox/projector.ts';
import { AttemptsExhaustedError, StartInProgressError } from '../kyc-errors.ts';
import type { HostedSession } from '../providers/kyc-provider.ts';
import { announcementOf, STATUS_CHANNEL } from './status-channel.ts';
import { attemptsOf, currentOf, refuseIfDecided } from '../sessions/current-session.ts';
import { AttemptEntity } from './attempt.entity.ts';
import { ReadSchedule } from './read-schedule.ts';

/** An `opening` row that is older was left behind by a crash: every provider call has timed out long before. */
const LEASE_MS = 60_000;

/** An attempt on its way to its provider. */
export interface Opening {
  attemptId: string;
  /** As the database spells it, which the token may not: events are held against that. */
  userId: string;
  provider: string;
  redirectUrl: string;
  openedAt: Date;
  /** An earlier try got no answer: its session may be there. */
  mayExist: boolean;
}

/**
 * Attempts between their row, which is written before anybody calls the provider, and the session that the provider
 * opens for them. Without a transaction's manager as first argument a method is a transaction of its own.
 */
@Injectable()
export class AttemptRepository {
  private readonly maxAttempts: number;

  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersService,
    private readonly ledger: LedgerRepository,
    private readonly projector: Projector,
    private readonly schedule: ReadSchedule,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.maxAttempts = config.get('kyc', { infer: true }).maxAttempts;
  }

  /**
   * Writes the row of a user's first attempt, which most are, in one statement. `null`: he has made one before, is
   * verified, or there is no such user. Whether he may is asked of his row as it is once locked. An attempt that has
   * appeared while the statement waited for that it does not see; but then the row names its session, or the attempt
   * is still open, and the index takes no second one, or it was given up and does not count.
   *
   * @throws UnknownUserError where no user could have such an id
   */
  async reserveFirst(
    userId: string,
    provider: string,
    redirectUrl: string,
    now: Date,
  ): Promise<Opening | null> {
    const attemptId = randomUUID();
    const insert: Promise<{ userId: string }[]> = this.dataSource.query(
      `WITH newcomer AS (
         SELECT id FROM users WHERE id = $2 AND kyc_status <> 'verified' AND kyc_session_id IS NULL
         FOR NO KEY UPDATE
       )
       INSERT INTO kyc_sessions (id, user_id, provider, phase, redirect_url, opened_at, changed_at, next_read_at)
       SELECT $1, id, $3, 'opening', $4, $5, $5, $6 FROM newcomer
       WHERE NOT EXISTS (SELECT FROM kyc_sessions WHERE user_id = newcomer.id)
       ON CONFLICT DO NOTHING
       RETURNING user_id::text AS "userId"`,
      [attemptId, userId, provider, redirectUrl, now, leaseUntil(now)],
    );
    const [row] = await orUnknownUser(insert);
    if (row === undefined) return null;
    return { attemptId, userId: row.userId, provider, redirectUrl, openedAt: now, mayExist: false };
  }

  /** Writes the row of a new attempt, under the lock of its user. */
  async reserve(
    manager: EntityManager,
    userId: string,
    attempts: readonly AttemptEntity[],
    provider: string,
    redirectUrl: string,
    now: Date,
  ): Promise<Opening> {
    const used = attempts.filter((attempt) => attempt.providerSessionId !== null).length;
    if (used >= this.maxAttempts)
      throw new AttemptsExhaustedError(`all ${this.maxAttempts} attempts are used`);
    const attemptId = randomUUID();
    await manager.insert(AttemptEntity, {
      id: attemptId,
      userId,
      provider,
      phase: 'opening',
      redirectUrl,
      openedAt: now,
      changedAt: now,
      nextReadAt: leaseUntil(now),
    });
    return { attemptId, userId, provider, redirectUrl, openedAt: now, mayExist: false };
  }

  /**
   * The attempt that was left half-way, in the words it was begun with: so the provider finds its session again. One
   * that was begun at another provider is given up, for nobody has got its link.
   */
  async takeUp(
    manager: EntityManager,
    attempts: readonly AttemptEntity[],
    provider: string,
    now: Date,
  ): Promise<Opening | null> {
    if (isAnybodyAtIt(attempts, now)) throw new StartInProgressError('another request is at the provider');
    const left = attempts.find((attempt) => attempt.phase === 'opening');
    if (left === undefined) return null;
    if (left.provider !== provider || left.redirectUrl === null) {
      await giveUp(manager, left.id, now);
      return null;
    }
    await manager.update(AttemptEntity, { id: left.id }, { nextReadAt: leaseUntil(now) });
    const { id: attemptId, userId, redirectUrl, openedAt } = left;
    return { attemptId, userId: String(userId), provider, redirectUrl, openedAt, mayExist: true };
  }

  /** Takes up an attempt that was left half-way, unless somebody else is at it. */
  async takeOver(attemptId: string, now: Date): Promise<Opening | null> {
    return transaction(this.dataSource, async (manager) => {
      const attempt = await manager.findOneBy(AttemptEntity, { id: attemptId });
      if (attempt === null || (await this.users.lock(manager, attempt.userId)) === null) return null;
      const attempts = await manager.findBy(AttemptEntity, { id: attemptId });
      return isAnybodyAtIt(attempts, now) ? null : this.takeUp(manager, attempts, attempt.provider, now);
    });
  }

  /**
   * The provider has opened the session: makes it the user's current one, and applies the events that were quicker
   * than this row. Resolves to those.
   */
  async open(
    { userId, attemptId, provider }: Opening,
    hosted: HostedSession,
    now: Date,
  ): Promise<EarlyEvent[]> {
    const session = { provider, sessionId: hosted.sessionId };
    return transaction(this.dataSource, async (manager) => {
      // Sent together, and done one after the other: each begins when the lock before it is held.
      const [, user, early] = await pipeline(
        this.ledger.lockSessionIds(manager, [session]),
        this.users.lock(manager, userId),
        this.ledger.earlyEventsOf(manager, session, userId),
      );
      if (user === null) throw new StartInProgressError('the user was deleted meanwhile');
      // A late word on the attempt before may have decided while we were at the provider.
      if (user.kycSessionId !== null) {
        refuseIfDecided(user, currentOf(user, await attemptsOf(manager, userId)));
      }
      if (!(await this.write(manager, user, attemptId, hosted, now)))
        throw new StartInProgressError('the attempt was taken over or given up meanwhile');
      if (early.length > 0) await this.projector.project(manager, [attemptId], now);
      return early;
    });
  }

  /**
   * Session, user and the announcement of it, in one statement. From now on this session alone decides the status.
   * False where nobody is opening the attempt any more.
   */
  private async write(
    manager: EntityManager,
    user: LockedUser,
    attemptId: string,
    hosted: HostedSession,
    now: Date,
  ): Promise<boolean> {
    const written: unknown[] = await manager.query(
      `WITH opened AS (
         UPDATE kyc_sessions SET phase = 'open', provider_session_id = $2, resume_token = $3, expires_at = $4,
                                 changed_at = $5, next_read_at = $6
         WHERE id = $1 AND phase = 'opening'
         RETURNING user_id, provider, provider_session_id
       ), standing AS (
         UPDATE users u SET kyc_status = 'pending', kyc_provider = o.provider,
                            kyc_session_id = o.provider_session_id, kyc_rejection_reason = NULL
         FROM opened o WHERE u.id = o.user_id
       )
       SELECT pg_notify($7, $8) FROM opened`,
      [
        attemptId,
        hosted.sessionId,
        hosted.resumeToken,
        hosted.expiresAt,
        now,
        this.schedule.next(now, 0, hosted.expiresAt),
        STATUS_CHANNEL,
        announcementOf([user.id]),
      ],
    );
    return written.length > 0;
  }

  /** The session could not be opened, or nobody needs it any more. It does not count as an attempt. */
  async giveUp(attemptId: string, now: Date): Promise<void> {
    await giveUp(this.dataSource.manager, attemptId, now);
  }

  /** Nobody knows whether the provider has opened it: whoever comes next takes it up. */
  async release(attemptId: string, now: Date): Promise<void> {
    await this.dataSource.manager.update(
      AttemptEntity,
      { id: attemptId, phase: 'opening' },
      { nextReadAt: now },
    );
  }
}

function leaseUntil(now: Date): Date {
  return new Date(now.getTime() + LEASE_MS);
}

function isAnybodyAtIt(attempts: readonly AttemptEntity[], now: Date): boolean {
  return attempts.some(
    ({ phase, nextReadAt }) => phase === 'opening' && nextReadAt !== null && nextReadAt > now,
  );
}

async function giveUp(manager: EntityManager, attemptId: string, now: Date): Promise<void> {
  await manager.update(
    AttemptEntity,
    { id: attemptId, phase: 'opening' },
    { phase: 'failed', endedAt: now, changedAt: now, nextReadAt: null },
  );
}
