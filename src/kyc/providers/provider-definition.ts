import type { EnvironmentGroup } from '../../config/environment-group.ts';
import type { KycProvider } from './kyc-provider.ts';

/**
 * A provider as the wiring sees it: its environment variables and how to build it from them. Adding a provider is
 * one folder with one of these, and one line in registry.ts.
 */
export interface ProviderDefinition<
  Environment extends object = object,
> extends EnvironmentGroup<Environment> {
  create(environment: Environment): KycProvider;
}
