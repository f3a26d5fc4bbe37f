import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource, type EntityManager } from 'typeorm';
import type { GatewayConfig } from '../../config/gateway.config.js';
import { UsersService } from '../../users/users.service.js';
import { type EarlyEvent, Ledger } from '../inbox/ledger.js';
import { Projector } from '../inbox/projector.js';
import { AttemptsExhaustedError, StartInProgressError } from '../kyc-errors.js';
import type { HostedSession } from '../providers/kyc-provider.js';
import { announce } from '../stream/status-channel.js';
import { currentOf, refuseIfDecided } from './current-session.js';
import { KycSessionEntity } from './kyc-session.entity.js';
import { ReadSchedule } from './read-schedule.js';

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
export class Openings {
  private readonly maxAttempts: number;

  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersService,
    private readonly ledger: Ledger,
    private readonly projector: Projector,
    private readonly schedule: ReadSchedule,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.maxAttempts = config.get('kyc', { infer: true }).maxAttempts;
  }

  /** Writes the row of a new attempt, under the lock of its user. */
  async reserve(
    manager: EntityManager,
    userId: string,
    attempts: readonly KycSessionEntity[],
    provider: string,
    redirectUrl: string,
    now: Date,
  ): Promise<Opening> {
    const used = attempts.filter((attempt) => attempt.providerSessionId !== null).length;
    if (used >= this.maxAttempts)
      throw new AttemptsExhaustedError(`all ${this.maxAttempts} attempts are used`);
    const attemptId = randomUUID();
    await manager.insert(KycSessionEntity, {
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
    attempts: readonly KycSessionEntity[],
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
    await manager.update(KycSessionEntity, { id: left.id }, { nextReadAt: leaseUntil(now) });
    const { id: attemptId, userId, redirectUrl, openedAt } = left;
    return { attemptId, userId: String(userId), provider, redirectUrl, openedAt, mayExist: true };
  }

  /** Takes up an attempt that was left half-way, unless somebody else is at it. */
  async takeOver(attemptId: string, now: Date): Promise<Opening | null> {
    return this.dataSource.transaction(async (manager) => {
      const attempt = await manager.findOneBy(KycSessionEntity, { id: attemptId });
      if (attempt === null || (await this.users.lock(manager, attempt.userId)) === null) return null;
      const attempts = await manager.findBy(KycSessionEntity, { id: attemptId });
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
    return this.dataSource.transaction(async (manager) => {
      await this.ledger.lockSessionIds(manager, [{ provider, sessionId: hosted.sessionId }]);
      const user = await this.users.lock(manager, userId);
      if (user === null) throw new StartInProgressError('the user was deleted meanwhile');
      // A late word on the attempt before may have decided while we were at the provider.
      if (user.kycSessionId !== null) {
        refuseIfDecided(user, currentOf(user, await manager.findBy(KycSessionEntity, { userId })));
      }
      const opened = await manager.update(
        KycSessionEntity,
        { id: attemptId, phase: 'opening' },
        {
          phase: 'open',
          providerSessionId: hosted.sessionId,
          resumeToken: hosted.resumeToken,
          expiresAt: hosted.expiresAt,
          changedAt: now,
          nextReadAt: this.schedule.next(now, 0, hosted.expiresAt),
        },
      );
      if (opened.affected === 0)
        throw new StartInProgressError('the attempt was taken over or given up meanwhile');
      await this.users.beginSession(manager, userId, provider, hosted.sessionId);
      await announce(manager, [user.id]);
      const early = await this.ledger.earlyEventsOf(manager, attemptId);
      if (early.length > 0) await this.projector.project(manager, [attemptId], now);
      return early;
    });
  }

  /** The session could not be opened, or nobody needs it any more. It does not count as an attempt. */
  async giveUp(attemptId: string, now: Date): Promise<void> {
    await giveUp(this.dataSource.manager, attemptId, now);
  }

  /** Nobody knows whether the provider has opened it: whoever comes next takes it up. */
  async release(attemptId: string, now: Date): Promise<void> {
    await this.dataSource.manager.update(
      KycSessionEntity,
      { id: attemptId, phase: 'opening' },
      { nextReadAt: now },
    );
  }
}

function leaseUntil(now: Date): Date {
  return new Date(now.getTime() + LEASE_MS);
}

function isAnybodyAtIt(attempts: readonly KycSessionEntity[], now: Date): boolean {
  return attempts.some(
    ({ phase, nextReadAt }) => phase === 'opening' && nextReadAt !== null && nextReadAt > now,
  );
}

async function giveUp(manager: EntityManager, attemptId: string, now: Date): Promise<void> {
  await manager.update(
    KycSessionEntity,
    { id: attemptId, phase: 'opening' },
    { phase: 'failed', endedAt: now, changedAt: now, nextReadAt: null },
  );
}
