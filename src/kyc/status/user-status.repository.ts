import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { UsersTable } from '../../database/users-table.ts';
import type { KycStatus } from '../../users/kyc-status.ts';
import { orUnknownUser } from '../../users/user-errors.ts';
import type { Phase, SessionState } from '../domain/session-state.ts';
import { usedAttempts } from '../store/used-attempts.ts';

export interface UserStatus {
  /** The id as PostgreSQL prints it. A token or a path can contain another form, for example in upper case. */
  userId: string;
  status: KycStatus;
  provider: string | null;
  /** The provider session of the current attempt. After an erasure: `erased:` and the id of the attempt. */
  sessionId: string | null;
  rejectionReason: string | null;
  updatedAt: Date | null;
}

export interface CurrentAttempt {
  provider: string;
  sessionId: string;
  phase: Phase;
  reason: SessionState['reason'];
  phaseSince: Date | null;
}

export interface UserStatusRecord {
  status: UserStatus;
  current: CurrentAttempt | null;
  /** Counts attempts whose provider session exists or may exist, which is what KYC_MAX_ATTEMPTS limits. */
  attempts: number;
}

export interface UserPosition {
  status: KycStatus;
  userId: string;
}

interface StatusRow extends UserStatus {
  phase: Phase | null;
  reason: SessionState['reason'];
  phaseSince: Date | null;
  attempts: number;
}

const STATUS_COLUMNS = `u.kyc_status AS status, u.kyc_provider AS provider,
  u.kyc_session_id AS "sessionId", u.kyc_rejection_reason AS "rejectionReason"`;

/** The row of `users`, joined with its current attempt. All reads of a status go through this class. */
@Injectable()
export class UserStatusRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersTable,
  ) {}

  /**
   * Uses primary keys and the index of a user's attempts only.
   * @returns null if the user does not exist
   * @throws UnknownUserError if the id does not fit the type of users.id
   */
  async find(
    userId: string,
    manager: EntityManager = this.dataSource.manager,
  ): Promise<UserStatusRecord | null> {
    const { sql, id } = this.users;
    const [row]: StatusRow[] = await orUnknownUser(
      manager.query(
        `SELECT u.${id}::text AS "userId", ${STATUS_COLUMNS}, s.changed_at AS "updatedAt", s.phase, s.reason,
                s.phase_since AS "phaseSince", ${usedAttempts(`u.${id}`)} AS attempts
         FROM ${sql} u
         LEFT JOIN kyc_sessions s ON s.provider = u.kyc_provider AND s.provider_session_id = u.kyc_session_id
         WHERE u.${id} = $1`,
        [userId],
      ),
    );
    return row === undefined ? null : toRecord(row);
  }

  /**
   * Lists users ordered by status and id, after the user `after` if it is given.
   * @throws UnknownUserError if the id of `after` does not fit the type of users.id
   */
  async listPage(limit: number, status?: KycStatus, after?: UserPosition): Promise<UserStatus[]> {
    const { sql, values } = pageQuery(this.users, limit, status, after);
    return orUnknownUser(this.dataSource.query(sql, values));
  }
}

function toRecord({ phase, reason, phaseSince, attempts, ...status }: StatusRow): UserStatusRecord {
  const { provider, sessionId } = status;
  const hasCurrent = phase !== null && provider !== null && sessionId !== null;
  return {
    status,
    current: hasCurrent ? { provider, sessionId, phase, reason, phaseSince } : null,
    attempts,
  };
}

/**
 * Builds a query that reads as many entries of idx_users_kyc_status_id as the page has users. With a given status, the
 * query compares ids only. If it compared status and id, PostgreSQL would scan the index from the first entry of the
 * status.
 */
export function pageQuery(
  users: UsersTable,
  limit: number,
  status?: KycStatus,
  after?: UserPosition,
): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const conditions: string[] = [];
  if (status !== undefined) {
    conditions.push(`kyc_status = ${bind(status)}`);
    if (after !== undefined) conditions.push(`${users.id} > ${bind(after.userId)}`);
  } else if (after !== undefined) {
    conditions.push(`(kyc_status, ${users.id}) > (${bind(after.status)}, ${bind(after.userId)})`);
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return {
    sql: `SELECT u.id::text AS "userId", ${STATUS_COLUMNS},
                 (SELECT s.changed_at FROM kyc_sessions s
                  WHERE s.provider = u.kyc_provider AND s.provider_session_id = u.kyc_session_id) AS "updatedAt"
          FROM (
            SELECT ${users.id} AS id, kyc_status, kyc_provider, kyc_session_id, kyc_rejection_reason
            FROM ${users.sql} ${where} ORDER BY kyc_status, ${users.id} LIMIT ${bind(limit)}
          ) u
          ORDER BY u.kyc_status, u.id`,
    values,
  };
}
