import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { UsersTable } from '../database/users-table.ts';
import { orUnknownUser, UnknownUserError } from './user-errors.ts';
import type { UserEntity } from './user.entity.ts';

/** A start and an erasure decide by these columns, after locking the row. */
export type LockedUser = Pick<UserEntity, 'id' | 'kycStatus' | 'kycProvider' | 'kycSessionId'>;

/** Ids are passed as text, because the platform chooses the type of the column. */
@Injectable()
export class UserRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersTable,
  ) {}

  /**
   * Does nothing if the id exists already, or if the table declares e-mail addresses unique and the address exists.
   * @throws UnknownUserError if the id does not fit the column
   */
  async insertIfMissing(userId: string, email: string): Promise<void> {
    const { sql: table, id, email: column } = this.users;
    const sql = `INSERT INTO ${table} (${id}, ${column}) VALUES ($1, $2) ON CONFLICT DO NOTHING`;
    await orUnknownUser(this.dataSource.query(sql, [userId, email]));
  }

  /**
   * Holds the lock until the transaction ends.
   * @returns null if the user does not exist
   * @throws UnknownUserError if the id does not fit the column
   */
  async lock(manager: EntityManager, userId: string): Promise<LockedUser | null> {
    const rows: LockedUser[] = await orUnknownUser(
      manager.query(
        `SELECT ${this.users.id}::text AS id, kyc_status AS "kycStatus", kyc_provider AS "kycProvider", kyc_session_id AS "kycSessionId"
         FROM ${this.users.sql} WHERE ${this.users.id} = $1 FOR NO KEY UPDATE`,
        [userId],
      ),
    );
    return rows[0] ?? null;
  }

  async emailOf(userId: string): Promise<string | null> {
    // The cast to text is necessary, because a cached plan fails once the platform changes the type of its column.
    const { sql, id, email } = this.users;
    const find = this.dataSource.query(`SELECT ${email}::text AS email FROM ${sql} WHERE ${id} = $1`, [
      userId,
    ]);
    try {
      const [user]: { email: string | null }[] = await orUnknownUser(find);
      return user?.email ?? null;
    } catch (error) {
      if (error instanceof UnknownUserError) return null;
      throw error;
    }
  }

  /**
   * Returns the id as PostgreSQL prints it, even if the user does not exist. A caller may spell it differently.
   * @throws UnknownUserError if the id does not fit the column
   */
  async canonicalId(userId: string, manager: EntityManager = this.dataSource.manager): Promise<string> {
    const { sql, id } = this.users;
    const [row]: { id: string }[] = await orUnknownUser(
      manager.query(
        `SELECT id::text AS id FROM (SELECT ${id} AS id FROM ${sql} WHERE false UNION ALL SELECT $1) AS typed`,
        [userId],
      ),
    );
    return row?.id ?? userId;
  }

  /**
   * Compares two ids as the column does: `1` and `1.0` are the same numeric, `Ann` and `ann` the same citext.
   * @throws UnknownUserError if an id does not fit the column
   */
  async isSameId(one: string, other: string): Promise<boolean> {
    const { sql, id } = this.users;
    const typed = (parameter: string) =>
      `(SELECT ${id} AS id FROM ${sql} WHERE false UNION ALL SELECT ${parameter})`;
    const [row]: { isSame: boolean }[] = await orUnknownUser(
      this.dataSource.query(
        `SELECT one.id = other.id AS "isSame" FROM ${typed('$1')} AS one, ${typed('$2')} AS other`,
        [one, other],
      ),
    );
    return row?.isSame ?? false;
  }
}
