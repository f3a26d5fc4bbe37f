import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { KycStatus } from '../users/kyc-status.ts';
import { orUnknownUser, UnknownUserError } from '../users/users.service.ts';
import { type Cursor, cursorRefused, readCursor, writeCursor } from './user-list.cursor.ts';
import type { UserStanding } from './user-standings.ts';

export interface UserPage {
  users: UserStanding[];
  /** Where the next page begins; null where this one was not full, so that there is none. */
  next: string | null;
}

export interface PageRequest {
  /** Those of all statuses if there is none, one status after the other. */
  status?: KycStatus;
  limit: number;
  after?: string;
}

/** The users by status and id. */
@Injectable()
export class UserList {
  constructor(private readonly dataSource: DataSource) {}

  /** @throws RequestInvalidError for a cursor that is none of this list */
  async page({ status, limit, after }: PageRequest): Promise<UserPage> {
    const cursor = after === undefined ? undefined : readCursor(after);
    if (cursor !== undefined && status !== undefined && cursor.status !== status) throw cursorRefused();
    const { sql, values } = pageQuery(limit, status, cursor);
    const users: UserStanding[] = await orUnknownUser(this.dataSource.query(sql, values)).catch(
      (error: unknown) => {
        // The only id in the question is the cursor's.
        throw error instanceof UnknownUserError ? cursorRefused() : error;
      },
    );
    const last = users.length === limit ? users.at(-1) : undefined;
    return { users, next: last === undefined ? null : writeCursor(last) };
  }
}

/**
 * Reads as many entries of idx_users_kyc_status_id as the page has users, whatever page it is: where the status is
 * given only ids are compared, for an index that is bound twice on its first column is read from that one's beginning.
 */
export function pageQuery(
  limit: number,
  status?: KycStatus,
  cursor?: Cursor,
): { sql: string; values: unknown[] } {
  const values: unknown[] = [];
  const put = (value: unknown) => `$${values.push(value)}`;
  const conditions: string[] = [];
  if (status !== undefined) {
    conditions.push(`kyc_status = ${put(status)}`);
    if (cursor !== undefined) conditions.push(`id > ${put(cursor.userId)}`);
  } else if (cursor !== undefined) {
    conditions.push(`(kyc_status, id) > (${put(cursor.status)}, ${put(cursor.userId)})`);
  }
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  return {
    sql: `SELECT u.id::text AS "userId", u.kyc_status AS status, u.kyc_provider AS provider,
                 u.kyc_session_id AS "sessionId", u.kyc_rejection_reason AS "rejectionReason",
                 (SELECT s.changed_at FROM kyc_sessions s
                  WHERE s.provider = u.kyc_provider AND s.provider_session_id = u.kyc_session_id) AS "updatedAt"
          FROM (
            SELECT id, kyc_status, kyc_provider, kyc_session_id, kyc_rejection_reason
            FROM users ${where} ORDER BY kyc_status, id LIMIT ${put(limit)}
          ) u
          ORDER BY u.kyc_status, u.id`,
    values,
  };
}
