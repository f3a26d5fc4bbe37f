import { Global, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { createTracing, Tracing } from './tracing.ts';

@Global()
@Module({
  providers: [
    {
      provide: Tracing,
      inject: [ConfigService],
      useFactory: (config: ConfigService<GatewayConfig, true>) =>
        createTracing(config.get('tracing', { infer: true })),
    },
  ],
  exports: [Tracing],
})
export class TracingModule {}
