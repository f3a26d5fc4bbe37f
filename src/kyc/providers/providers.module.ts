import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { Clock } from '../../common/clock.ts';
import { CurrentAgent, replaceAgent } from '../../common/outbound-agent.ts';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { Secrets } from '../../config/secrets.ts';
import { Metrics } from '../../metrics/metrics.ts';
import { Tracing } from '../../tracing/tracing.ts';
import { currentProvider } from './current-provider.ts';
import { guardedProvider } from './guarded-provider.ts';
import { meteredProvider } from './metered-provider.ts';
import { observeClock } from './provider-clock.ts';
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
      inject: [Secrets, Clock, Metrics, Tracing],
      useFactory: (
        secrets: Secrets,
        clock: Clock,
        metrics: Metrics,
        tracing: Tracing,
      ): ReadonlyMap<string, ConfiguredProvider> => {
        const agent = secrets.derive(({ outboundProxy }) => outboundProxy, replaceAgent);
        const dispatcher = new CurrentAgent(agent);
        return new Map(
          PROVIDER_DEFINITIONS.flatMap((definition) => {
            const { name } = definition;
            if (!secrets.current.providers.has(name)) return [];
            metrics.addProvider(name);
            const clockObserved = dispatcher.compose(
              observeClock(
                () => clock.now(),
                (seconds) => metrics.clockAhead(name, seconds),
              ),
            );
            const adapter = secrets.derive(
              ({ providers }) => providers.get(name) ?? {},
              (environment) => definition.create(environment, clockObserved),
            );
            const traced = tracedProvider(currentProvider(name, adapter), tracing);
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
