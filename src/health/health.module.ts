import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { DatabaseIndicator } from './database.indicator.ts';
import { HealthController } from './health.controller.ts';
import { MigrationsIndicator } from './migrations.indicator.ts';
import { PoolGauge } from './pool-gauge.ts';
import { Readiness } from './readiness.ts';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [DatabaseIndicator, MigrationsIndicator, PoolGauge, Readiness],
  exports: [Readiness],
})
export class HealthModule {}
