import type { QueryRunner } from 'typeorm';
import { requireReferenceTo, WIDE_TYPE } from '../user-id-fit.ts';
import { requireReferences, requireUsersTable, UsersTableError } from '../users-table-fit.ts';
import { usersTableOf } from '../users-table.ts';

const KEY = 'kyc_sessions_user_fkey';

/**
 * Drops the foreign key before it changes the type, and adds it again afterwards. Otherwise, PostgreSQL would replace the
 * key in the transaction that rewrites kyc_sessions, and the platform could not use its table meanwhile.
 *
 * Each statement commits by itself, and all of them can run again. Needs a migration with `transaction = false`.
 */
export async function widenUserIdOfSessions(queryRunner: QueryRunner): Promise<void> {
  const wideType = await findWiderType(queryRunner, 'kyc_sessions');
  if (wideType !== null) {
    if ((await findKey(queryRunner)).isFound) {
      const users = usersTableOf(queryRunner);
      await requireReferenceTo(queryRunner, users, await requireUsersTable(queryRunner, users));
      await queryRunner.query(`ALTER TABLE kyc_sessions DROP CONSTRAINT ${KEY}`);
    }
    await queryRunner.query(`ALTER TABLE kyc_sessions ALTER COLUMN user_id TYPE ${wideType}`);
  }
  await restoreKey(queryRunner);
}

export async function widenUserIdOfErasures(queryRunner: QueryRunner): Promise<void> {
  const wideType = await findWiderType(queryRunner, 'kyc_erasures');
  if (wideType === null) return;
  await queryRunner.query(`ALTER TABLE kyc_erasures ALTER COLUMN user_id TYPE ${wideType}`);
}

async function restoreKey(queryRunner: QueryRunner): Promise<void> {
  const key = await findKey(queryRunner);
  if (key.isValid) return;
  const users = usersTableOf(queryRunner);
  if (!key.isFound) {
    const found = await requireUsersTable(queryRunner, users);
    // Every attempt would be deleted below if the configuration had changed since the key was dropped.
    if (!found.columns.includes('kyc_status')) {
      throw new UsersTableError(
        `The migrations ran for another table than ${users.label}. Restore the old value of USERS_TABLE.`,
      );
    }
    requireReferences(users, found);
    await queryRunner.query(
      `ALTER TABLE kyc_sessions ADD CONSTRAINT ${KEY}
         FOREIGN KEY (user_id) REFERENCES ${users.sql} (${users.id}) ON DELETE CASCADE NOT VALID`,
    );
  }
  // The key would have deleted these attempts together with their users.
  await queryRunner.query(
    `DELETE FROM kyc_sessions s WHERE NOT EXISTS (SELECT FROM ${users.sql} u WHERE u.${users.id} = s.user_id)`,
  );
  await queryRunner.query(`ALTER TABLE kyc_sessions VALIDATE CONSTRAINT ${KEY}`);
}

async function findKey(queryRunner: QueryRunner): Promise<{ isFound: boolean; isValid: boolean }> {
  const [key] = (await queryRunner.query(
    `SELECT count(*) > 0 AS "isFound", coalesce(bool_and(convalidated), false) AS "isValid"
     FROM pg_constraint WHERE conrelid = 'kyc_sessions'::regclass AND conname = $1`,
    [KEY],
  )) as [{ isFound: boolean; isValid: boolean }];
  return key;
}

async function findWiderType(queryRunner: QueryRunner, table: string): Promise<string | null> {
  const [column] = (await queryRunner.query(
    `SELECT ${WIDE_TYPE} AS "wideType", format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = $1::regclass AND attname = 'user_id'`,
    [table],
  )) as [{ wideType: string; type: string }];
  return column.type === column.wideType ? null : column.wideType;
}
