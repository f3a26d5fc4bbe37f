import { AbstractLogger, DataSource, type DataSourceOptions } from 'typeorm';
import { ErasureEntity } from '../kyc/store/erasure.entity.ts';
import { KycEventEntity } from '../kyc/store/kyc-event.entity.ts';
import { AttemptEntity } from '../kyc/store/attempt.entity.ts';
import { UserEntity } from '../users/user.entity.ts';
import { ImpatientClient } from './impatient-client.ts';
import { Users1780000000001 } from './migrations/1780000000001-users.ts';
import { SessionsAndLedger1780000000002 } from './migrations/1780000000002-sessions-and-ledger.ts';
import { RateLimits1780000000003 } from './migrations/1780000000003-rate-limits.ts';
import { Reconciliation1780000000004 } from './migrations/1780000000004-reconciliation.ts';
import { ErasureAndAudit1780000000005 } from './migrations/1780000000005-erasure-and-audit.ts';
import { IdempotencyKeys1780000000006 } from './migrations/1780000000006-idempotency-keys.ts';
import { Operators1780000000007 } from './migrations/1780000000007-operators.ts';

/** Bounds on waiting: providers hang up after five seconds, and are better told 503 before. */
const CONNECT_TIMEOUT_MS = 3_000;
const STATEMENT_TIMEOUT_MS = 4_000;
const LOCK_TIMEOUT_MS = 3_000;

/** TypeORM prints a failed migration whatever `logging` says. It throws the same, and that is what we report. */
class NoLogger extends AbstractLogger {
  protected override writeLog(): void {}
}

/** Classes, not globs: one list serves the build, the tests and the command line. */
export function dataSourceOptions(database: { url: string; poolSize: number }): DataSourceOptions {
  return {
    type: 'postgres',
    url: database.url,
    applicationName: 'kyc-gateway',
    poolSize: database.poolSize,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: {
      Client: ImpatientClient,
      // Lets pipeline() send statements without waiting for the results of earlier ones.
      pipeline: true,
      statement_timeout: STATEMENT_TIMEOUT_MS,
      lock_timeout: LOCK_TIMEOUT_MS,
      idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    },
    // gen_random_uuid() is part of PostgreSQL: nothing is to be installed for it.
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    entities: [UserEntity, AttemptEntity, KycEventEntity, ErasureEntity],
    migrations: [
      Users1780000000001,
      SessionsAndLedger1780000000002,
      RateLimits1780000000003,
      Reconciliation1780000000004,
      ErasureAndAudit1780000000005,
      IdempotencyKeys1780000000006,
      Operators1780000000007,
    ],
    migrationsTableName: 'kyc_migrations',
    migrationsTransactionMode: 'each',
    synchronize: false,
    logging: false,
    logger: new NoLogger(),
  };
}

export function createDataSource(database: { url: string; poolSize: number }): DataSource {
  return new DataSource(dataSourceOptions(database));
}

/** For the migrations, which may take their time on a large table: one connection works, one holds the lock. */
export function createMigrationDataSource(url: string): DataSource {
  return new DataSource({ ...dataSourceOptions({ url, poolSize: 2 }), extra: {} } as DataSourceOptions);
}
