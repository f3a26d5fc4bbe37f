import { type DynamicModule, Logger, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { createMigrationDataSource, dataSourceOptions } from './data-source.ts';
import { type JobTables, migrateUp } from './migrate.ts';

@Module({})
export class DatabaseModule {
  static of(jobTablesOf: (databaseUrl: string) => JobTables): DynamicModule {
    return {
      module: DatabaseModule,
      imports: [
        TypeOrmModule.forRootAsync({
          inject: [ConfigService],
          useFactory: (config: ConfigService<GatewayConfig, true>) => {
            const { url, poolSize, migratesAtStart } = config.get('database', { infer: true });
            const options = dataSourceOptions({ url, poolSize });
            return { ...options, migratesAtStart, retryAttempts: 3, autoLoadEntities: true };
          },
          dataSourceFactory: async (options) => {
            const { migratesAtStart, ...connection } = options as DataSourceOptions & {
              url: string;
              migratesAtStart: boolean;
            };
            if (migratesAtStart) await migrate(connection.url, jobTablesOf(connection.url));
            const dataSource = await new DataSource(connection).initialize();
            if (migratesAtStart || !(await dataSource.showMigrations())) return dataSource;
            await dataSource.destroy();
            throw new Error(
              'the database is not up to date. Run npm run migrate, or set DATABASE_MIGRATE=true',
            );
          },
        }),
      ],
    };
  }
}

async function migrate(url: string, jobTables: JobTables): Promise<void> {
  const dataSource = await createMigrationDataSource(url).initialize();
  try {
    const applied = await migrateUp(dataSource, jobTables);
    if (applied.length > 0) new Logger('Migrations').log({ event: 'database.migrated', applied });
  } finally {
    await dataSource.destroy();
  }
}
