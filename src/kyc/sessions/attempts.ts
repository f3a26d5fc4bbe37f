import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource, type EntityManager } from 'typeorm';
import type { GatewayConfig } from '../../config/gateway.config.js';
import type { UserEntity } from '../../users/user.entity.js';
import { UsersService } from '../../users/users.service.js';
import { isContinuable, type Phase } from '../domain/session-state.js';
import {
  AlreadyVerifiedError,
  AttemptsExhaustedError,
  InReviewError,
  StartInProgressError,
} from '../kyc-errors.js';
import type { HostedSession } from '../providers/kyc-provider.js';
import { Ledger } from '../inbox/ledger.js';
import { Projector } from '../inbox/projector.js';
import { announce } from '../stream/status-channel.js';
import { KycSessionEntity } from './kyc-session.entity.js';

/** An `opening` row older than this was left behind by a crash: every provider call has timed out long before. */
const OPENING_LEASE_MS = 60_000;

/** What a user who asks to be verified gets. */
export type Plan =
  /** `userId` as the database spells it, which the token may not: events are held against that. */
  | { kind: 'open'; attemptId: string; userId: string }
  | { kind: 'resume'; session: SessionRow }
  | { kind: 'lapsed'; session: SessionRow };

/** A session that the provider knows. */
export type SessionRow = KycSessionEntity & { providerSessionId: string; phase: Phase };

/** The attempts of a user: which one counts, and who may begin another. Each method is one transaction. */
@Injectable()
export class Attempts {
  private readonly maxAttempts: number;

  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersService,
    private readonly ledger: Ledger,
    private readonly projector: Projector,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.maxAttempts = config.get('kyc', { infer: true }).maxAttempts;
  }

  /**
   * Decides under the user's lock what a request to start leads to, and writes the row of a new attempt before
   * anybody calls the provider. `null`: there is no such user.
   */
  async plan(userId: string, provider: string, now: Date): Promise<Plan | null> {
    return this.dataSource.transaction(async (manager) => {
      const user = await this.users.lock(manager, userId);
      if (user === null) return null;
      const attempts = await manager.findBy(KycSessionEntity, { userId });
      const current = attempts.find((attempt) => isCurrent(attempt, user)) ?? null;
      refuseIfDecided(user, current);
      if (current !== null && isContinuable(current.phase)) {
        const hasLapsed = current.expiresAt !== null && current.expiresAt <= now;
        return { kind: hasLapsed ? 'lapsed' : 'resume', session: current };
      }
      return {
        kind: 'open',
        attemptId: await this.reserve(manager, user.id, attempts, provider, now),
        userId: user.id,
      };
    });
  }

  /**
   * The provider has opened the session: makes it the user's current one, and applies the events that were quicker
   * than this row.
   */
  async open(
    userId: string,
    attemptId: string,
    provider: string,
    hosted: HostedSession,
    now: Date,
  ): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.ledger.lockSessionIds(manager, [{ provider, sessionId: hosted.sessionId }]);
      const user = await this.users.lock(manager, userId);
      if (user === null) throw new StartInProgressError('the user was deleted meanwhile');
      // A late word on the attempt before may have decided while we were at the provider.
      if (user.kycSessionId !== null) {
        const attempts = await manager.findBy(KycSessionEntity, { userId });
        refuseIfDecided(user, attempts.find((attempt) => isCurrent(attempt, user)) ?? null);
      }
      await manager.update(
        KycSessionEntity,
        { id: attemptId },
        {
          phase: 'open',
          providerSessionId: hosted.sessionId,
          resumeToken: hosted.resumeToken,
          expiresAt: hosted.expiresAt,
          changedAt: now,
        },
      );
      await this.users.beginSession(manager, userId, provider, hosted.sessionId);
      await announce(manager, [user.id]);
      const early = await this.ledger.entriesOf(manager, [attemptId]);
      if (early.size > 0) await this.projector.project(manager, [attemptId], now);
    });
  }

  /** The session could not be opened, or nobody needs it any more. It does not count as an attempt. */
  async giveUp(attemptId: string, now: Date): Promise<void> {
    await this.dataSource.manager.update(
      KycSessionEntity,
      { id: attemptId, phase: 'opening' },
      { phase: 'failed', endedAt: now, changedAt: now },
    );
  }

  /** Keeps what the adapter needs to lead the user back once more. */
  async noteResumed(sessionRowId: string, hosted: HostedSession): Promise<void> {
    if (hosted.resumeToken === null && hosted.expiresAt === null) return;
    await this.dataSource.manager.update(
      KycSessionEntity,
      { id: sessionRowId },
      {
        ...(hosted.resumeToken === null ? {} : { resumeToken: hosted.resumeToken }),
        ...(hosted.expiresAt === null ? {} : { expiresAt: hosted.expiresAt }),
      },
    );
  }

  private async reserve(
    manager: EntityManager,
    userId: string,
    attempts: readonly KycSessionEntity[],
    provider: string,
    now: Date,
  ): Promise<string> {
    const opening = attempts.find((attempt) => attempt.phase === 'opening');
    if (opening !== undefined) return this.takeOver(manager, opening, provider, now);
    const used = attempts.filter((attempt) => attempt.providerSessionId !== null).length;
    if (used >= this.maxAttempts)
      throw new AttemptsExhaustedError(`all ${this.maxAttempts} attempts are used`);
    const id = randomUUID();
    await manager.insert(KycSessionEntity, {
      id,
      userId,
      provider,
      phase: 'opening',
      openedAt: now,
      changedAt: now,
    });
    return id;
  }

  /** The same attempt id again: a provider with idempotency keys finds the session that the crash left there. */
  private async takeOver(
    manager: EntityManager,
    opening: KycSessionEntity,
    provider: string,
    now: Date,
  ): Promise<string> {
    if (opening.changedAt.getTime() > now.getTime() - OPENING_LEASE_MS) {
      throw new StartInProgressError('another request is at the provider');
    }
    await manager.update(KycSessionEntity, { id: opening.id }, { provider, changedAt: now });
    return opening.id;
  }
}

function isCurrent(attempt: KycSessionEntity, user: UserEntity): attempt is SessionRow {
  return (
    attempt.providerSessionId !== null &&
    attempt.providerSessionId === user.kycSessionId &&
    attempt.provider === user.kycProvider
  );
}

function refuseIfDecided(user: UserEntity, current: KycSessionEntity | null): void {
  if (user.kycStatus === 'verified') throw new AlreadyVerifiedError('the user is verified');
  if (current?.phase === 'submitted' || current?.phase === 'in_review') {
    throw new InReviewError(`the current session is ${current.phase}`);
  }
}
