import { AbstractLogger, DataSource, type DataSourceOptions } from 'typeorm';
import { Users1780000000001 } from './migrations/1780000000001-users.ts';
import { SessionsAndLedger1780000000002 } from './migrations/1780000000002-sessions-and-ledger.ts';
import { RateLimits1780000000003 } from './migrations/1780000000003-rate-limits.ts';
import { Reconciliation1780000000004 } from './migrations/1780000000004-reconciliation.ts';
import { ErasureAndAudit1780000000005 } from './migrations/1780000000005-erasure-and-audit.ts';
import { IdempotencyKeys1780000000006 } from './migrations/1780000000006-idempotency-keys.ts';
import { Operators1780000000007 } from './migrations/1780000000007-operators.ts';
import { ReopenedAttempts1780000000008 } from './migrations/1780000000008-reopened-attempts.ts';
import { ErasureOfLostSessions1780000000009 } from './migrations/1780000000009-erasure-of-lost-sessions.ts';
import { ToldUsers1780000000010 } from './migrations/1780000000010-told-users.ts';
import { DoubtfulSessions1780000000012 } from './migrations/1780000000012-doubtful-sessions.ts';
import { DecisionsOfOperators1780000000014 } from './migrations/1780000000014-decisions-of-operators.ts';
import { ErasedLostAttempts1780000000016 } from './migrations/1780000000016-erased-lost-attempts.ts';
import { AnyUsersTable1780000000017 } from './migrations/1780000000017-any-users-table.ts';
import { onConnect } from './connect.ts';
import { StallTimeoutClient } from './stall-timeout.client.ts';
import type { MigrationOptions, UsersTable } from './users-table.ts';

export type Entities = NonNullable<DataSourceOptions['entities']>;

/** Providers close the connection after five seconds. With these limits, the gateway returns 503 before that. */
const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 4_000;
const LOCK_TIMEOUT_MS = 3_000;
export const MIGRATION_LOCK_TIMEOUT_MS = 500;

/** The name of the connections that migrate, by which a migration finds what blocks it. */
export const MIGRATION_APPLICATION = 'kyc-gateway migration';

/** Lists the migrations as classes, so that one list serves the build, the tests and the command line. */
export const MIGRATIONS = [
  Users1780000000001,
  SessionsAndLedger1780000000002,
  RateLimits1780000000003,
  Reconciliation1780000000004,
  ErasureAndAudit1780000000005,
  IdempotencyKeys1780000000006,
  Operators1780000000007,
  ReopenedAttempts1780000000008,
  ErasureOfLostSessions1780000000009,
  ToldUsers1780000000010,
  DoubtfulSessions1780000000012,
  DecisionsOfOperators1780000000014,
  ErasedLostAttempts1780000000016,
  AnyUsersTable1780000000017,
] as const;

/** TypeORM prints a failed migration even without `logging`. It also throws the error, which the caller reports. */
class NoLogger extends AbstractLogger {
  protected override writeLog(): void {}
}

export function dataSourceOptions(database: { url: string; poolSize: number }): DataSourceOptions {
  return {
    type: 'postgres',
    url: database.url,
    applicationName: 'kyc-gateway',
    poolSize: database.poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: {
      Client: StallTimeoutClient,
      // With this option, pipeline() sends statements without waiting for the results of earlier statements.
      pipeline: true,
      onConnect: onConnect({
        statement_timeout: STATEMENT_TIMEOUT_MS,
        lock_timeout: LOCK_TIMEOUT_MS,
        idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
      }),
    },
    // gen_random_uuid() is part of PostgreSQL and needs no extension.
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    migrations: [...MIGRATIONS],
    migrationsTableName: 'kyc_migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    logger: new NoLogger(),
  };
}

export function createDataSource(
  database: { url: string; poolSize: number },
  entities: Entities = [],
): DataSource {
  return new DataSource({ ...dataSourceOptions(database), entities } as DataSourceOptions);
}

/**
 * Statements have no time limit, because a large table takes long. The wait for a lock has one, because every statement
 * of the platform queues behind it. One connection migrates, one holds
 * the advisory lock, and one finds what blocks the migration.
 */
export function createMigrationDataSource(
  url: string,
  usersTable: UsersTable,
  entities: Entities = [],
): DataSource {
  const options = dataSourceOptions({ url, poolSize: 3 });
  const own: MigrationOptions = { usersTable };
  return new DataSource({
    ...options,
    ...own,
    entities,
    applicationName: MIGRATION_APPLICATION,
    extra: { onConnect: onConnect({ lock_timeout: MIGRATION_LOCK_TIMEOUT_MS }) },
  } as DataSourceOptions);
}
