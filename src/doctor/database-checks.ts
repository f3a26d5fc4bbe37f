import type pg from 'pg';
import { requireWritable } from '../database/connect.ts';
import { securityOf, weaknessOf } from '../database/connection-security.ts';
import { inReadOnlyTransaction, inspectionClient, requireVersion } from '../database/inspection.ts';
import { requireMigratableUsers, Users1780000000001 } from '../database/migrations/1780000000001-users.ts';
import { requireOwnSessions } from '../database/own-session.ts';
import { type MigrationState, migrationState, requireFit } from '../database/requirements.ts';
import { requireRightsToMigrate, requireRightsToWork } from '../database/rights.ts';
import { requireVisibleRows } from '../database/row-security.ts';
import {
  type Connection,
  findOtherRequiredColumns,
  findUsersTable,
  requireKeyAndColumns,
  requireOwner,
  requireUsersTable,
} from '../database/users-table-fit.ts';
import { UsersTable } from '../database/users-table.ts';
import type { UsersTableConfig } from '../config/table-name.ts';
import { withJobs } from '../jobs/boss.ts';
import { requireTokenColumn } from '../users/token-column.repository.ts';
import { examineAs, failed, type Finding, ok, warning } from './finding.ts';

export interface DatabaseSettings {
  url: string;
  migratesAtStart: boolean;
  users: UsersTableConfig;
  tokenColumn: string | undefined;
  createsUsers: boolean;
}

/** Without a connection, only the first finding is returned, because the others would repeat it. */
export async function examineDatabase(settings: DatabaseSettings): Promise<Finding[]> {
  const client = inspectionClient(settings.url);
  try {
    const connected = await examineAs('database', async () => {
      await client.connect();
      const { version, role, database } = await requireVersion(client);
      return ok(`PostgreSQL ${version} accepts the role ${role} in ${database}.`);
    });
    if (connected.result === 'failed') return [connected];
    return [connected, ...(await examineConnected(client, settings))];
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function examineConnected(client: pg.Client, settings: DatabaseSettings): Promise<Finding[]> {
  const users = new UsersTable(settings.users);
  const read = <T>(work: (connection: Connection) => Promise<T>) => inReadOnlyTransaction(client, work);
  let state: MigrationState | undefined;
  const writes = await examineAs('database writes', async () => {
    await requireWritable(client);
    return ok('The server accepts writes.');
  });
  const findings = [
    writes,
    await examineAs('database pooler', async () => {
      await requireOwnSessions(settings.url);
      return ok('A connection keeps its session.');
    }),
    await examineAs('database encryption', async () => encryptionOf(client)),
    await examineAs('migrations', async () => {
      state = await read(migrationState);
      return describeMigrations(state, settings.migratesAtStart);
    }),
  ];
  if (state === undefined) return findings;
  const { pending } = state;
  const table = await examineAs('users table', () =>
    read((connection) => examineUsersTable(connection, users, pending, settings.migratesAtStart)),
  );
  findings.push(table);
  if (settings.createsUsers && table.result !== 'failed') {
    findings.push(
      await examineAs('USERS_FROM_TOKEN', () => read((connection) => examineNewUsers(connection, users))),
    );
  }
  if (settings.migratesAtStart) {
    findings.push(
      await examineAs('rights to migrate', async () => {
        await read(requireRightsToMigrate);
        return ok('The role may apply migrations.');
      }),
    );
  }
  if (pending.length > 0 || table.result === 'failed') return findings;
  findings.push(...(await examineMigratedDatabase(read, settings, users)));
  if (writes.result === 'failed') return findings;
  const jobs = await examineAs('job tables', async () => {
    await withJobs(settings.url, () => Promise.resolve());
    return ok('The tables of the job queue fit this version.');
  });
  return [...findings, jobs];
}

/** Before the first migration, the role that migrates needs more than the role that works. */
async function examineUsersTable(
  connection: Connection,
  users: UsersTable,
  pending: readonly string[],
  migratesAtStart: boolean,
): Promise<Omit<Finding, 'check'>> {
  if (pending.length === 0) await requireFit(connection, users);
  else if (migratesAtStart && pending.includes(Users1780000000001.name)) {
    const found = await requireMigratableUsers(connection, users);
    if (found === null) return ok(`The table ${users.label} does not exist, and the migration creates it.`);
    if (!found.columns.includes('kyc_status')) requireOwner(users, found);
  } else requireKeyAndColumns(users, await requireUsersTable(connection, users));
  return ok(`The table ${users.label} fits.`);
}

/** Without a table, the migration creates one that accepts every new user. */
async function examineNewUsers(connection: Connection, users: UsersTable): Promise<Omit<Finding, 'check'>> {
  const found = await findUsersTable(connection, users);
  const required = found && (await findOtherRequiredColumns(connection, users, found));
  if (required === null || required.names.length === 0) {
    return ok('A row of id and address only is a complete user.');
  }
  const message =
    `The table ${users.label} requires columns that the gateway does not fill: ${required.names.join(', ')}. ` +
    'Give each a default, or set USERS_FROM_TOKEN=false and let the platform create its users.';
  return required.hasTrigger
    ? warning(`${message} If a trigger of the table fills them, nothing is wrong.`)
    : failed(message);
}

/** The checks that need all tables. */
async function examineMigratedDatabase(
  read: <T>(work: (connection: Connection) => Promise<T>) => Promise<T>,
  settings: DatabaseSettings,
  users: UsersTable,
): Promise<Finding[]> {
  const { tokenColumn, createsUsers } = settings;
  const findings = [
    await examineAs('rights to work', async () => {
      await read(async (connection) => {
        const found = await requireUsersTable(connection, users);
        await requireRightsToWork(connection, { users, found, tokenColumn, createsUsers });
      });
      return ok('The role has the rights of docs/roles.sql.');
    }),
    await examineAs('row-level security', async () => {
      const [hidden] = await read(async (connection) => {
        const { oid } = await requireUsersTable(connection, users);
        return requireVisibleRows(connection, { oid, createsUsers });
      });
      return hidden === undefined ? ok('The role sees every row.') : warning(hidden);
    }),
  ];
  if (tokenColumn === undefined) return findings;
  const token = await examineAs('USERS_TOKEN_COLUMN', async () => {
    await read((connection) => requireTokenColumn(connection, users, tokenColumn));
    return ok(`The column ${tokenColumn} holds the ids of tokens.`);
  });
  return [...findings, token];
}

function encryptionOf(client: pg.Client): Omit<Finding, 'check'> {
  const security = securityOf(client);
  const weakness = weaknessOf(security);
  if (weakness !== null) return warning(weakness);
  if (security.isVerified) return ok('The connection is encrypted, and the certificate is verified.');
  return ok('The connection stays on this machine.');
}

function describeMigrations(
  { pending, unknown }: MigrationState,
  migratesAtStart: boolean,
): Omit<Finding, 'check'> {
  if (pending.length > 0) {
    const count = `${pending.length} of the migrations ${pending.length === 1 ? 'is' : 'are'} pending.`;
    return migratesAtStart
      ? warning(`${count} The next start applies them, or run npm run migrate.`)
      : failed(`${count} Run npm run migrate as the owner, and then docs/roles.sql.`);
  }
  if (unknown.length > 0) {
    return warning(
      `A newer version has migrated the database (${unknown.join(', ')}). Use that version, or revert with it.`,
    );
  }
  return ok('All migrations are applied.');
}
