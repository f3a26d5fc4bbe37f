import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { createMigrationDataSource } from '../../src/database/data-source.js';
import { migrateUp } from '../../src/database/migrate.js';

export interface TestDatabase {
  url: string;
  drop(): Promise<void>;
}

/** Any number: test files in parallel make their databases one after the other. */
const CREATION_LOCK = 7_100_001;

/** A database of the caller's own: migrated, as a copy of a template that the first caller makes, or empty. */
export async function createTestDatabase(options: { isEmpty?: boolean } = {}): Promise<TestDatabase> {
  const name = databaseName(randomBytes(6).toString('hex'));
  await withServer(async (server) => {
    await server.query('SELECT pg_advisory_lock($1)', [CREATION_LOCK]);
    const template = options.isEmpty === true ? 'template0' : await migratedTemplate(server);
    await server.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  return {
    url: urlOf(name),
    drop: () => withServer((server) => server.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)),
  };
}

async function migratedTemplate(server: Client): Promise<string> {
  const name = databaseName('template');
  const { rowCount } = await server.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rowCount === 1) return name;
  await server.query(`CREATE DATABASE ${name}`);
  const dataSource = await createMigrationDataSource(urlOf(name)).initialize();
  await migrateUp(dataSource, urlOf(name));
  await dataSource.destroy();
  return name;
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
  const holder = new Client(url);
  await holder.connect();
  try {
    await holder.query(`BEGIN; LOCK TABLE ${table}`);
    return await work();
  } finally {
    await holder.end();
  }
}
