import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Client } from 'pg';
import { createMigrationDataSource } from '../../src/database/data-source.ts';
import { migrateUp } from '../../src/database/migrate.ts';

export interface TestDatabase {
  /**
   * For the gateway: as the role that docs/roles.sql grants what a gateway needs, and no more. Of an empty database,
   * and on a server where no role can be made, it is the owner's.
   */
  url: string;
  /** For a test that does what a gateway may not. */
  ownerUrl: string;
  drop(): Promise<void>;
}

/** Any number: test files in parallel make their databases one after the other. */
const CREATION_LOCK = 7_100_001;

/** As whom docs/roles.sql has the gateway connect. */
const APPLICATION_ROLE = 'kyc_app';
const ROLES = new URL('../../docs/roles.sql', import.meta.url);

/** A database of the caller's own: migrated, as a copy of a template that the first caller makes, or empty. */
export async function createTestDatabase(options: { isEmpty?: boolean } = {}): Promise<TestDatabase> {
  const isEmpty = options.isEmpty === true;
  const name = databaseName(randomBytes(6).toString('hex'));
  let hasRole = false;
  await withServer(async (server) => {
    await server.query('SELECT pg_advisory_lock($1)', [CREATION_LOCK]);
    const template = isEmpty ? 'template0' : await migratedTemplate(server);
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

/** The owner's way into the database of that URL; whoever is not the gateway's role is the owner. */
export function asOwner(url: string): string {
  if (!isOfApplication(url)) return url;
  const owner = new URL(serverUrl());
  return withCredentials(url, owner.username, owner.password);
}

/** Whether a gateway that connects by that URL may change rows and no tables. */
export function isOfApplication(url: string): boolean {
  return new URL(url).username === applicationRole();
}

async function migratedTemplate(server: Client): Promise<string> {
  const name = databaseName('template');
  if (await exists(server, 'pg_database', 'datname', name)) return name;
  await server.query(`CREATE DATABASE ${name}`);
  const dataSource = await createMigrationDataSource(urlOf(name)).initialize();
  await migrateUp(dataSource, urlOf(name));
  if (await createRole(server)) {
    const grants = await readFile(ROLES, 'utf8');
    await dataSource.query(grants.replaceAll(APPLICATION_ROLE, applicationRole()));
  }
  await dataSource.destroy();
  return name;
}

/** Roles are the whole server's: one a run, which the teardown drops. */
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
  // Tests look into and end the gateway's connections.
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

/** Runs `work` while the database takes no connection and has lost those it had. */
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

/** Runs `work` while another session holds the table: PostgreSQL answers, and every statement on it waits. */
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
