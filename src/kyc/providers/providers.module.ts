import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { outboundAgent } from '../../common/outbound-agent.ts';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { Metrics } from '../../metrics/metrics.ts';
import { Tracing } from '../../tracing/tracing.ts';
import { guardedProvider } from './guarded-provider.ts';
import { meteredProvider } from './metered-provider.ts';
import {
  type ConfiguredProvider,
  KYC_PROVIDERS,
  PREFERRED_PROVIDERS,
  ProviderService,
} from './provider.service.ts';
import { ProviderJobService } from './provider-job.service.ts';
import { ReadBudget } from './read-budget.ts';
import { tracedProvider } from './traced-provider.ts';
import { PROVIDER_DEFINITIONS } from './registry.ts';

type Config = ConfigService<GatewayConfig, true>;

@Module({
  providers: [
    ProviderJobService,
    ProviderService,
    ReadBudget,
    {
      provide: KYC_PROVIDERS,
      inject: [ConfigService, Metrics, Tracing],
      useFactory: (
        config: Config,
        metrics: Metrics,
        tracing: Tracing,
      ): ReadonlyMap<string, ConfiguredProvider> => {
        const configured = config.get('providers', { infer: true });
        const dispatcher = outboundAgent(config.get('outboundProxy', { infer: true }));
        return new Map(
          PROVIDER_DEFINITIONS.flatMap((definition) => {
            const environment = configured.get(definition.name);
            if (environment === undefined) return [];
            const traced = tracedProvider(definition.create(environment, dispatcher), tracing);
            const provider = guardedProvider(meteredProvider(traced, metrics), metrics);
            return [[definition.name, { definition, provider }] as const];
          }),
        );
      },
    },
    {
      provide: PREFERRED_PROVIDERS,
      inject: [ConfigService],
      useFactory: (config: Config): readonly [string, ...string[]] => {
        const { provider, fallbackProviders } = config.get('kyc', { infer: true });
        return [provider, ...fallbackProviders];
      },
    },
  ],
  exports: [ProviderJobService, ProviderService, ReadBudget],
})
export class ProvidersModule {}
