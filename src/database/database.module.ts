import { Logger, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DataSource, type DataSourceOptions } from 'typeorm';
import type { GatewayConfig } from '../config/gateway.config.js';
import { dataSourceOptions } from './data-source.js';
import { migrateUp } from './migrate.js';

@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService<GatewayConfig, true>) => {
        const { url, poolSize, migratesAtStart } = config.get('database', { infer: true });
        return { ...dataSourceOptions({ url, poolSize }), migratesAtStart, retryAttempts: 3 };
      },
      dataSourceFactory: async (options) => {
        const { migratesAtStart, ...connection } = options as DataSourceOptions & {
          migratesAtStart: boolean;
        };
        const dataSource = await new DataSource(connection).initialize();
        if (!migratesAtStart) return dataSource;
        try {
          const applied = await migrateUp(dataSource, (connection as { url: string }).url);
          if (applied.length > 0) new Logger('Migrations').log({ event: 'database.migrated', applied });
          return dataSource;
        } catch (error) {
          await dataSource.destroy();
          throw error;
        }
      },
    }),
  ],
})
export class DatabaseModule {}
