import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { UsersTable } from '../../database/users-table.ts';
import { UserNotWrittenError } from '../../users/user-errors.ts';
import type { SessionName } from './attempt.repository.ts';
import { MANUAL_PROVIDER } from './manual-provider.ts';

@Injectable()
export class ManualAttemptRepository {
  constructor(private readonly users: UsersTable) {}

  /**
   * Creates a manual attempt and makes it the current one. The caller holds the user's lock, the user has no current
   * attempt, and the same transaction appends the event that decides the attempt.
   *
   * @throws UserNotWrittenError if PostgreSQL does not update the user
   */
  async create(manager: EntityManager, userId: string, now: Date): Promise<SessionName> {
    const sessionId = randomUUID();
    // It has its end from the beginning, because a start that is under way is the one attempt without an end.
    const [written] = (await manager.query(
      `WITH created AS (
         INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, opened_at, changed_at, ended_at)
         VALUES ($1, $2, $3, 'open', $4, $4, $4)
         RETURNING user_id, provider, provider_session_id
       ), status AS (
         UPDATE ${this.users.sql} u SET kyc_provider = c.provider, kyc_session_id = c.provider_session_id
         FROM created c WHERE u.${this.users.id} = c.user_id
         RETURNING 1
       )
       SELECT count(*)::int AS users FROM status`,
      [userId, MANUAL_PROVIDER, sessionId, now],
    )) as [{ users: number }];
    if (written.users !== 1) throw new UserNotWrittenError(written.users, 1);
    return { provider: MANUAL_PROVIDER, sessionId };
  }
}
