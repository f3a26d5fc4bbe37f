import type { MigrationInterface, QueryRunner } from 'typeorm';
import { usersTableOf } from '../users-table.ts';
import { addUsersIndex, dropAddedUsersIndex } from './users-index.ts';

const INDEX = 'idx_users_kyc_status_id';

/** The index is built while the platform reads and writes its table. */
export class Operators1780000000007 implements MigrationInterface {
  name = 'Operators1780000000007';
  transaction = false;

  async up(queryRunner: QueryRunner): Promise<void> {
    const users = usersTableOf(queryRunner);
    await addUsersIndex(queryRunner, users, INDEX, `(kyc_status, ${users.id})`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await dropAddedUsersIndex(queryRunner, usersTableOf(queryRunner), INDEX);
  }
}
