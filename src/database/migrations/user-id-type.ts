import type { QueryRunner } from 'typeorm';
import { usersTableOf } from '../users-table.ts';
import { WIDE_TYPE } from '../user-id-fit.ts';

/**
 * The type of the gateway's own columns with the id of a user: the widest to which the platform can change its column
 * while a foreign key refers to it.
 */
export async function userIdType(queryRunner: QueryRunner): Promise<string> {
  const users = usersTableOf(queryRunner);
  const [id] = (await queryRunner.query(
    `SELECT ${WIDE_TYPE} AS type FROM pg_attribute WHERE attrelid = $1::regclass AND attname = $2`,
    [users.sql, users.config.idColumn],
  )) as [{ type: string }];
  return id.type;
}
