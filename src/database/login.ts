import { Logger } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { reasonOf } from '../common/reason-of.ts';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { createDataSource } from './data-source.ts';
import { requireFit, requireUsable } from './requirements.ts';
import { type Connection, requireUsersTable } from './users-table-fit.ts';
import { UsersTable } from './users-table.ts';

/** Whether the two URLs differ in nothing but the user and the password. */
export function leadsToSameDatabase(before: string, after: string): boolean {
  return withoutLogin(before) === withoutLogin(after);
}

function withoutLogin(text: string): string {
  const url = new URL(text);
  // Without a path, the driver connects to the database with the name of the user.
  if (url.pathname.length > 1) {
    url.username = '';
    url.searchParams.delete('user');
  }
  url.password = '';
  url.searchParams.delete('password');
  return url.href;
}

/**
 * Connects with the new login and checks what a start checks. Returns null if the login can do the work of the gateway
 * on the tables that `current` uses.
 */
export async function findProblemOfLogin(
  { database, users }: Pick<GatewayConfig, 'database' | 'users'>,
  current: DataSource,
): Promise<string | null> {
  const trial = createDataSource({ url: database.url, poolSize: 1 });
  try {
    // The hook of each connection rejects a server that is read-only.
    await trial.initialize();
    const table = new UsersTable(users.table);
    const found = await requireFit(trial, table);
    const { tokenColumn, shouldCreateFromToken: createsUsers } = users;
    const hidden = await requireUsable(trial, { users: table, found, tokenColumn, createsUsers });
    await requireSameTables(trial, current, table);
    const logger = new Logger('Database');
    for (const reason of hidden) logger.warn({ event: 'database.rows_may_be_hidden', reason });
    return null;
  } catch (error) {
    return reasonOf(error);
  } finally {
    if (trial.isInitialized) await trial.destroy();
  }
}

/** A role has its own search_path, which can lead to the tables of another gateway in the same database. */
async function requireSameTables(trial: Connection, current: Connection, users: UsersTable): Promise<void> {
  const [ofTrial, ofCurrent] = await Promise.all([findTables(trial, users), findTables(current, users)]);
  if (ofTrial !== ofCurrent) throw new Error('its search_path leads to other tables');
}

async function findTables(connection: Connection, users: UsersTable): Promise<string> {
  const { oid } = await requireUsersTable(connection, users);
  const [row] = (await connection.query(`SELECT to_regclass('kyc_sessions')::oid AS sessions`)) as [
    { sessions: number | null },
  ];
  return `${oid} ${row.sessions}`;
}
