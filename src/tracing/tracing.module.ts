import { Global, Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../config/gateway.config.ts';
import { Tracing } from './tracing.ts';

@Global()
@Module({
  providers: [
    {
      provide: Tracing,
      inject: [ConfigService],
      useFactory: (config: ConfigService<GatewayConfig, true>) =>
        Tracing.create(config.get('tracing', { infer: true })),
    },
  ],
  exports: [Tracing],
})
export class TracingModule {}
