import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { createMigrationDataSource } from '../../src/database/data-source.ts';
import { UsersTable } from '../../src/database/users-table.ts';
import { migrateUp } from '../../src/database/migrate.ts';
import { jobTables } from '../../src/jobs/boss.ts';

export interface TestDatabase {
  /**
   * The URL for the gateway. It uses the role of docs/roles.sql, which has only the rights that a gateway needs. If the
   * database is empty, or the server does not allow new roles, it uses the owner.
   */
  url: string;
  /** For tests that need more rights than the gateway. */
  ownerUrl: string;
  drop(): Promise<void>;
}

/** The table of a platform that configures nothing. */
export const USERS = new UsersTable({
  schema: null,
  name: 'users',
  idColumn: 'id',
  emailColumn: 'email',
  mayCreate: true,
});

/** An advisory lock: parallel test files create their databases one after the other. The number is arbitrary. */
const CREATION_LOCK = 7_100_001;

/** The role in docs/roles.sql that the gateway connects as. */
const APPLICATION_ROLE = 'kyc_app';
const ROLES = new URL('../../docs/roles.sql', import.meta.url);

/**
 * Creates a database: a copy of a migrated template, which the first caller creates, or an empty one, or a copy of
 * another test's database without connections.
 */
export async function createTestDatabase(
  options: { isEmpty?: boolean; copyOf?: TestDatabase } = {},
): Promise<TestDatabase> {
  const isEmpty = options.isEmpty === true;
  const name = databaseName(randomBytes(6).toString('hex'));
  let hasRole = false;
  await withServer(async (server) => {
    await server.query('SELECT pg_advisory_lock($1)', [CREATION_LOCK]);
    const migrated = isEmpty ? 'template0' : await migratedTemplate(server);
    const template = options.copyOf === undefined ? migrated : nameOf(options.copyOf);
    hasRole = !isEmpty && (await exists(server, 'pg_roles', 'rolname', applicationRole()));
    await server.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const ownerUrl = urlOf(name);
  return {
    url: hasRole ? asApplication(ownerUrl) : ownerUrl,
    ownerUrl,
    drop: () => withServer((server) => server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

/** Returns the URL with the credentials of the owner. */
export function asOwner(url: string): string {
  if (!isOfApplication(url)) return url;
  const owner = new URL(serverUrl());
  return withCredentials(url, owner.username, owner.password);
}

/** Whether the URL uses the role that can change rows but not tables. */
export function isOfApplication(url: string): boolean {
  return new URL(url).username === applicationRole();
}

async function migratedTemplate(server: Client): Promise<string> {
  const name = databaseName('template');
  if (await exists(server, 'pg_database', 'datname', name)) return name;
  await server.query(`CREATE DATABASE ${name}`);
  const dataSource = await createMigrationDataSource(urlOf(name), USERS).initialize();
  await migrateUp(dataSource, jobTables(urlOf(name)));
  if (await createRole(server)) {
    const grants = await readFile(ROLES, 'utf8');
    await dataSource.query(grants.replaceAll(APPLICATION_ROLE, applicationRole()));
  }
  await dataSource.destroy();
  return name;
}

/** Roles belong to the whole server. Each run creates one role, and the teardown drops it. */
async function createRole(server: Client): Promise<boolean> {
  const { rows } = await server.query<{ mayCreate: boolean }>(
    `SELECT rolsuper OR rolcreaterole AS "mayCreate" FROM pg_roles WHERE rolname = current_user`,
  );
  if (rows[0]?.mayCreate !== true) {
    process.stderr.write(
      'No role can be made on this server: the gateway runs as the owner of its tables.\n',
    );
    return false;
  }
  await server.query(`CREATE ROLE ${applicationRole()} LOGIN PASSWORD '${applicationPassword()}'`);
  // Tests read and terminate the connections of the gateway.
  await server.query(`GRANT ${applicationRole()} TO CURRENT_USER`);
  return true;
}

async function exists(server: Client, table: string, column: string, name: string): Promise<boolean> {
  const { rowCount } = await server.query(`SELECT FROM ${table} WHERE ${column} = $1`, [name]);
  return rowCount === 1;
}

function asApplication(url: string): string {
  return withCredentials(url, applicationRole(), applicationPassword());
}

function withCredentials(text: string, username: string, password: string): string {
  const url = new URL(text);
  url.username = username;
  url.password = password;
  return url.href;
}

function applicationRole(): string {
  return databaseName('app');
}

function applicationPassword(): string {
  return process.env['KYC_TEST_PASSWORD'] ?? '';
}

async function withServer(work: (server: Client) => Promise<unknown>): Promise<void> {
  const server = new Client(serverUrl());
  await server.connect();
  try {
    await work(server);
  } finally {
    await server.end();
  }
}

function databaseName(suffix: string): string {
  return `kyc_test_${process.env['KYC_TEST_RUN'] ?? ''}_${suffix}`;
}

function nameOf({ ownerUrl }: TestDatabase): string {
  return new URL(ownerUrl).pathname.slice(1);
}

function urlOf(database: string): string {
  const url = new URL(serverUrl());
  url.pathname = `/${database}`;
  return url.href;
}

function serverUrl(): string {
  const url = process.env['KYC_TEST_SERVER'];
  if (url === undefined) throw new Error('Run the tests with npm test: its global setup starts the database');
  return url;
}

/** Runs `work` while the database accepts no connections. Existing connections are terminated. */
export async function whileDatabaseIsAway<T>(url: string, work: () => Promise<T>): Promise<T> {
  const name = new URL(url).pathname.slice(1);
  const allow = (isAllowed: boolean) =>
    withServer((server) => server.query(`ALTER DATABASE ${name} WITH ALLOW_CONNECTIONS ${isAllowed}`));
  await allow(false);
  try {
    await withServer((server) =>
      server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [name]),
    );
    return await work();
  } finally {
    await allow(true);
  }
}

/**
 * Runs `work` while another connection locks the table: PostgreSQL responds, but every statement on the table
 * waits.
 */
export async function whileTableIsLocked<T>(url: string, table: string, work: () => Promise<T>): Promise<T> {
  const holder = new Client(asOwner(url));
  await holder.connect();
  try {
    await holder.query(`BEGIN; LOCK TABLE ${table}`);
    return await work();
  } finally {
    await holder.end();
  }
}
