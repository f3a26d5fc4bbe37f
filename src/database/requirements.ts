import { MIGRATIONS } from './data-source.ts';
import { appliedNames } from './migrate.ts';
import { requireRightsToWork, type ConfiguredUsersTable } from './rights.ts';
import { requireVisibleRows } from './row-security.ts';
import { requireMigratedFor } from './user-id-fit.ts';
import {
  type Connection,
  type FoundTable,
  requireKeyAndColumns,
  requireUsersTable,
} from './users-table-fit.ts';
import type { UsersTable } from './users-table.ts';

export interface MigrationState {
  /** The names of the migrations that this version brings and the database does not have, oldest first. */
  pending: string[];
  /** The names of migrations of a newer version. */
  unknown: string[];
}

export async function migrationState(connection: Connection): Promise<MigrationState> {
  const applied = await appliedNames(connection);
  const names = MIGRATIONS.map((migration) => migration.name);
  return {
    pending: names.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !names.includes(name)),
  };
}

/**
 * Rejects a role that cannot do the work of the gateway. Call it after `requireFit`.
 * @returns one text for each policy that can hide rows
 * @throws UnfitDatabaseError
 */
export async function requireUsable(connection: Connection, use: ConfiguredUsersTable): Promise<string[]> {
  await requireRightsToWork(connection, use);
  return requireVisibleRows(connection, { oid: use.found.oid, createsUsers: use.createsUsers });
}

/** @throws Error if a migration is pending */
export async function requireMigrations(connection: Connection): Promise<void> {
  if ((await migrationState(connection)).pending.length === 0) return;
  throw new Error('the database is not up to date. Run npm run migrate, or set DATABASE_MIGRATE=true');
}

/**
 * Rejects a users table that does not fit the configuration, after all migrations.
 * @throws UsersTableError
 */
export async function requireFit(connection: Connection, users: UsersTable): Promise<FoundTable> {
  const found = await requireUsersTable(connection, users);
  requireKeyAndColumns(users, found);
  await requireMigratedFor(connection, users, found);
  return found;
}
