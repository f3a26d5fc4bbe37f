import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { orUnknownUser, UnknownUserError } from './user-errors.ts';
import type { UserEntity } from './user.entity.ts';

/** The columns that decide about a start or an erasure, read under the row's lock. */
export type LockedUser = Pick<UserEntity, 'id' | 'kycStatus' | 'kycProvider' | 'kycSessionId'>;

/** All SQL of the table `users`. Ids travel as text, because the platform chooses the type of the column. */
@Injectable()
export class UserRepository {
  constructor(private readonly dataSource: DataSource) {}

  /**
   * Inserts a row unless the id, or an e-mail address that the table declares unique, exists already.
   *
   * @throws UnknownUserError if the id does not fit the column
   */
  async insertIfMissing(userId: string, email: string): Promise<void> {
    const sql = `INSERT INTO users (id, email) VALUES ($1, $2) ON CONFLICT DO NOTHING`;
    await orUnknownUser(this.dataSource.query(sql, [userId, email]));
  }

  /**
   * Locks the user's row until the transaction ends.
   *
   * @returns null if the user does not exist
   * @throws UnknownUserError if the id does not fit the column
   */
  async lock(manager: EntityManager, userId: string): Promise<LockedUser | null> {
    const rows: LockedUser[] = await orUnknownUser(
      manager.query(
        `SELECT id::text, kyc_status AS "kycStatus", kyc_provider AS "kycProvider", kyc_session_id AS "kycSessionId"
         FROM users WHERE id = $1 FOR NO KEY UPDATE`,
        [userId],
      ),
    );
    return rows[0] ?? null;
  }

  /** Returns null if the user does not exist or has no address. */
  async emailOf(userId: string): Promise<string | null> {
    // Cast to text, because a cached plan fails once the platform changes the type of its own column.
    const find = this.dataSource.query('SELECT email::text FROM users WHERE id = $1', [userId]);
    try {
      const [user]: { email: string | null }[] = await orUnknownUser(find);
      return user?.email ?? null;
    } catch (error) {
      if (error instanceof UnknownUserError) return null;
      throw error;
    }
  }
  /**
   * Returns the id as PostgreSQL prints it, also if no such user exists. A caller may spell it differently.
   *
   * @throws UnknownUserError if the id does not fit the column
   */
  async canonicalId(manager: EntityManager, userId: string): Promise<string> {
    const [row]: { id: string }[] = await orUnknownUser(
      manager.query(
        `SELECT id::text AS id FROM (SELECT id FROM users WHERE false UNION ALL SELECT $1) AS typed`,
        [userId],
      ),
    );
    return row?.id ?? userId;
  }
}
