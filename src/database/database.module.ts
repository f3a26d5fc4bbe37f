import { setTimeout as pause } from 'node:timers/promises';
import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Pool } from 'pg';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { reasonOf } from '../common/reason-of.ts';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { Secrets } from '../config/secrets.ts';
import { weaknessOf } from './connection-security.ts';
import { createMigrationDataSource, dataSourceOptions } from './data-source.ts';
import { type JobTables, migrateUp } from './migrate.ts';
import { closeOutdated } from './outdated-connections.ts';
import { requireOwnSessions } from './own-session.ts';
import { requireFit, requireMigrations, requireUsable } from './requirements.ts';
import { clientWithUrl } from './stall-timeout.client.ts';
import { UnfitDatabaseError } from './unfit-database-error.ts';
import { type MigrationOptions, UsersTable } from './users-table.ts';

type Options = DataSourceOptions &
  MigrationOptions & {
    url: string;
    migratesAtStart: boolean;
    tokenColumn: string | undefined;
    createsUsers: boolean;
    onNewLogin: (react: () => void) => void;
  };

/** Together with the retries of an orchestrator, this is enough for a database that starts at the same time. */
const ATTEMPTS = 3;
const RETRY_MS = 3_000;

@Module({})
export class DatabaseModule {
  static of(jobTablesOf: (databaseUrl: string) => JobTables): DynamicModule {
    return {
      module: DatabaseModule,
      global: true,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [ConfigService, Secrets],
          useFactory: (config: ConfigService<GatewayConfig, true>, secrets: Secrets) => {
            const { url, poolSize, migratesAtStart } = config.get('database', { infer: true });
            const usersTable = usersTableFrom(config);
            const connection = dataSourceOptions({ url, poolSize });
            const Client = clientWithUrl(() => secrets.current.database.url);
            const extra = { ...(connection.extra as object), Client };
            const { tokenColumn, shouldCreateFromToken: createsUsers } = config.get('users', { infer: true });
            const onNewLogin = (react: () => void) => secrets.watch(({ database }) => database.url, react);
            const own = { usersTable, migratesAtStart, tokenColumn, createsUsers, onNewLogin };
            const options = { ...connection, extra, ...own };
            // The factory retries itself, because the log line of TypeOrmModule has no reason.
            return { ...options, autoLoadEntities: true, toRetry: () => false };
          },
          dataSourceFactory: (options) => withRetries(() => connect(options as Options, jobTablesOf)),
        }),
      ],
      providers: [{ provide: UsersTable, inject: [ConfigService], useFactory: usersTableFrom }],
      exports: [UsersTable],
    };
  }
}

function usersTableFrom(config: ConfigService<GatewayConfig, true>): UsersTable {
  return new UsersTable(config.get('users', { infer: true }).table);
}

async function connect(options: Options, jobTablesOf: (databaseUrl: string) => JobTables) {
  const { migratesAtStart, tokenColumn, createsUsers, onNewLogin, ...connection } = options;
  const { url, usersTable } = connection;
  const logger = new Logger('Database');
  const weakness = weaknessOf(await requireOwnSessions(url));
  if (weakness !== null) logger.warn({ event: 'database.not_secure', reason: weakness });
  if (migratesAtStart) await migrate(url, usersTable, jobTablesOf(url));
  const dataSource = await new DataSource(connection).initialize();
  try {
    if (!migratesAtStart) await requireMigrations(dataSource);
    const found = await requireFit(dataSource, usersTable);
    const use = { users: usersTable, found, tokenColumn, createsUsers };
    const hidden = await requireUsable(dataSource, use);
    for (const reason of hidden) logger.warn({ event: 'database.rows_may_be_hidden', reason });
  } catch (error) {
    await dataSource.destroy();
    throw error;
  }
  const { master: pool } = dataSource.driver as unknown as { master: Pool };
  const closeIdle = closeOutdated(pool);
  onNewLogin(() => void closeIdle());
  return dataSource;
}

/** The database may not be ready yet. A database that does not fit stays as it is. */
async function withRetries<T>(work: () => Promise<T>): Promise<T> {
  const logger = new Logger('Database');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      const isLast = attempt === ATTEMPTS || error instanceof UnfitDatabaseError;
      const reason = reasonOf(error);
      logger.error({ event: 'database.start_failed', attempt, attempts: ATTEMPTS, reason });
      if (isLast) throw error;
      await pause(RETRY_MS);
    }
  }
}

async function migrate(url: string, users: UsersTable, jobTables: JobTables): Promise<void> {
  const logger = new Logger('Migrations');
  const dataSource = await createMigrationDataSource(url, users).initialize();
  try {
    const applied = await migrateUp(dataSource, jobTables, (blocked) =>
      logger.warn({ event: 'database.migration_blocked', ...blocked }),
    );
    if (applied.length > 0) logger.log({ event: 'database.migrated', applied });
  } finally {
    await dataSource.destroy();
  }
}
