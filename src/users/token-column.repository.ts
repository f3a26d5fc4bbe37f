import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { UsersTable } from '../database/users-table.ts';
import { orUnknownUser } from './user-errors.ts';

export interface TokenColumn {
  type: string;
  /** Whether a valid unique index has this column as its only key. */
  isUnique: boolean;
  isReadable: boolean;
}

/** Reads the users table by the column that holds the token's user id, if that is not the id column. */
@Injectable()
export class TokenColumnRepository {
  constructor(
    private readonly dataSource: DataSource,
    private readonly users: UsersTable,
  ) {}

  /**
   * @returns null if no user has the value
   * @throws UnknownUserError if the value does not fit the column
   */
  async findUserId(column: string, value: string): Promise<string | null> {
    const sql = `SELECT ${this.users.id}::text AS id FROM ${this.users.sql} WHERE ${quote(column)} = $1`;
    const [user]: { id: string }[] = await orUnknownUser(this.dataSource.query(sql, [value]));
    return user?.id ?? null;
  }

  /** Returns null if the table has no such column. */
  async describe(column: string): Promise<TokenColumn | null> {
    const [found]: TokenColumn[] = await this.dataSource.query(
      `SELECT format_type(a.atttypid, NULL) AS type, has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS "isReadable",
              EXISTS (SELECT FROM pg_index i
                      WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
                        AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS "isUnique"
       FROM pg_attribute a
       WHERE a.attrelid = $2::regclass AND a.attname = $1 AND a.attnum > 0 AND NOT a.attisdropped`,
      [column, this.users.sql],
    );
    return found ?? null;
  }
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
