import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { HealthController } from './health.controller.ts';
import { MigrationsIndicator } from './migrations.indicator.ts';
import { Readiness } from './readiness.ts';

@Module({
  imports: [TerminusModule.forRoot({ logger: false })],
  controllers: [HealthController],
  providers: [MigrationsIndicator, Readiness],
  exports: [Readiness],
})
export class HealthModule {}
