import type { QueryRunner } from 'typeorm';
import { requireOwner, requireUsersTable } from '../users-table-fit.ts';
import type { UsersTable } from '../users-table.ts';
import { createIndexOnline, findIndex } from './online.ts';

/** A migration marks what it adds to the platform's table, and its `down` removes only what has the mark. */
export const ADDED_BY_US = 'Added by the KYC gateway';

/** Keeps an index of this name that the platform has already. */
export async function addUsersIndex(
  queryRunner: QueryRunner,
  users: UsersTable,
  name: string,
  definition: string,
): Promise<void> {
  if ((await findIndex(queryRunner, users.sql, name)).isValid) return;
  requireOwner(users, await requireUsersTable(queryRunner, users));
  await createIndexOnline(queryRunner, { name, table: users.sql, definition });
  const { index } = await findIndex(queryRunner, users.sql, name);
  await queryRunner.query(`COMMENT ON INDEX ${index} IS '${ADDED_BY_US}'`);
}

export async function dropAddedUsersIndex(
  queryRunner: QueryRunner,
  users: UsersTable,
  name: string,
): Promise<void> {
  const { index, comment } = await findIndex(queryRunner, users.sql, name);
  if (comment === ADDED_BY_US) await queryRunner.query(`DROP INDEX ${index}`);
}
