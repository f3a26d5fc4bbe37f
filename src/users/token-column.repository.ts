import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { UsersTable } from '../database/users-table.ts';
import { UnfitDatabaseError } from '../database/unfit-database-error.ts';
import type { Connection } from '../database/users-table-fit.ts';
import { orUnknownUser } from './user-errors.ts';

/** Types whose comparison keeps different ids apart. `citext`, for instance, ignores case. */
const ID_TYPES = ['text', 'character varying', 'uuid', 'smallint', 'integer', 'bigint'];

interface TokenColumn {
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

  /** @throws UnfitDatabaseError if the column cannot hold the ids of tokens */
  requireFit(column: string): Promise<void> {
    return requireTokenColumn(this.dataSource, this.users, column);
  }
}

/**
 * Without a unique index, a request could read the whole table, and a token could name two users.
 * @throws UnfitDatabaseError if the column cannot hold the ids of tokens
 */
export async function requireTokenColumn(
  connection: Connection,
  users: UsersTable,
  column: string,
): Promise<void> {
  const found = await findColumn(connection, users, column);
  const rule =
    found === null
      ? 'must name a column of users'
      : !ID_TYPES.includes(found.type)
        ? 'must name a column of the type text, varchar, uuid or an integer'
        : !found.isUnique
          ? 'must name a column with a unique index of its own'
          : !found.isReadable
            ? 'must name a column that the role of DATABASE_URL may read'
            : null;
  if (rule !== null) throw new UnfitDatabaseError(`USERS_TOKEN_COLUMN ${rule}`);
}

async function findColumn(
  connection: Connection,
  users: UsersTable,
  column: string,
): Promise<TokenColumn | null> {
  const [found] = (await connection.query(
    `SELECT format_type(a.atttypid, NULL) AS type, has_column_privilege(a.attrelid, a.attnum, 'SELECT') AS "isReadable",
            EXISTS (SELECT FROM pg_index i
                    WHERE i.indrelid = a.attrelid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
                      AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS "isUnique"
     FROM pg_attribute a
     WHERE a.attrelid = $2::regclass AND a.attname = $1 AND a.attnum > 0 AND NOT a.attisdropped`,
    [column, users.sql],
  )) as (TokenColumn | undefined)[];
  return found ?? null;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
