import { Injectable } from '@nestjs/common';
import { DataSource, IsNull } from 'typeorm';
import type { Principal } from '../../auth/token-verifier.ts';
import { pipeline, transaction } from '../../database/transaction.ts';
import { UnknownUserError, UsersService } from '../../users/users.service.ts';
import { isContinuable } from '../domain/session-state.ts';
import type { HostedSession } from '../providers/kyc-provider.ts';
import { attemptsOf, currentOf, refuseIfDecided, type SessionRow } from './current-session.ts';
import { AttemptEntity } from '../store/attempt.entity.ts';
import { type Opening, AttemptRepository } from '../store/attempt.repository.ts';

/** What a user who asks to be verified gets. */
export type Plan =
  | { kind: 'open'; opening: Opening }
  | { kind: 'resume'; session: SessionRow }
  | { kind: 'lapsed'; session: SessionRow };

/** The attempts of a user: which one counts, and who may begin another. */
@Injectable()
export class Attempts {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersService,
    private readonly openings: AttemptRepository,
  ) {}

  /**
   * Decides under the user's lock what a request to start leads to. Where that is a new attempt, its row is written.
   *
   * @throws UnknownUserError where there is no such user, and none is to be made of the token
   */
  async plan(principal: Principal, provider: string, redirectUrl: string, now: Date): Promise<Plan> {
    const planned = await this.planFor(principal.userId, provider, redirectUrl, now);
    if (planned !== null) return planned;
    await this.users.admit(principal);
    const admitted = await this.planFor(principal.userId, provider, redirectUrl, now);
    if (admitted === null) throw new UnknownUserError('no row, though the token would make one');
    return admitted;
  }

  /** Keeps what the adapter needs to lead the user back once more, unless the session was ended meanwhile. */
  async noteResumed(sessionRowId: string, hosted: HostedSession): Promise<void> {
    if (hosted.resumeToken === null && hosted.expiresAt === null) return;
    await this.dataSource.manager.update(
      AttemptEntity,
      { id: sessionRowId, endedAt: IsNull() },
      {
        ...(hosted.resumeToken === null ? {} : { resumeToken: hosted.resumeToken }),
        ...(hosted.expiresAt === null ? {} : { expiresAt: hosted.expiresAt }),
      },
    );
  }

  private async planFor(
    userId: string,
    provider: string,
    redirectUrl: string,
    now: Date,
  ): Promise<Plan | null> {
    const first = await this.openings.reserveFirst(userId, provider, redirectUrl, now);
    if (first !== null) return { kind: 'open', opening: first };
    return transaction(this.dataSource, async (manager) => {
      // Sent together: PostgreSQL begins to read once the user is locked.
      const [user, attempts] = await pipeline(this.users.lock(manager, userId), attemptsOf(manager, userId));
      if (user === null) return null;
      const current = currentOf(user, attempts);
      refuseIfDecided(user, current);
      if (current !== null && isContinuable(current.phase)) {
        const hasLapsed = current.expiresAt !== null && current.expiresAt <= now;
        return { kind: hasLapsed ? 'lapsed' : 'resume', session: current };
      }
      const opening =
        (await this.openings.takeUp(manager, attempts, provider, now)) ??
        (await this.openings.reserve(manager, user.id, attempts, provider, redirectUrl, now));
      return { kind: 'open', opening };
    });
  }
}
