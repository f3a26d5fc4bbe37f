import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { GatewayConfig } from '../../config/gateway.config.js';
import { Metrics } from '../../metrics/metrics.js';
import type { KycProvider } from './kyc-provider.js';
import { MeteredProvider } from './metered-provider.js';
import { CURRENT_PROVIDER, KYC_PROVIDERS, ProviderService } from './provider.service.js';
import { PROVIDER_DEFINITIONS } from './registry.js';

type Config = ConfigService<GatewayConfig, true>;

@Module({
  providers: [
    ProviderService,
    {
      provide: KYC_PROVIDERS,
      inject: [ConfigService, Metrics],
      useFactory: (config: Config, metrics: Metrics): ReadonlyMap<string, KycProvider> => {
        const configured = config.get('providers', { infer: true });
        return new Map(
          PROVIDER_DEFINITIONS.flatMap((definition) => {
            const environment = configured.get(definition.name);
            if (environment === undefined) return [];
            return [[definition.name, new MeteredProvider(definition.create(environment), metrics)] as const];
          }),
        );
      },
    },
    {
      provide: CURRENT_PROVIDER,
      inject: [ConfigService],
      useFactory: (config: Config): string => config.get('kyc', { infer: true }).provider,
    },
  ],
  exports: [ProviderService],
})
export class ProvidersModule {}
