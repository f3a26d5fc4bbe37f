import type { KycProvider } from './kyc-provider.js';

/**
 * A provider as the wiring sees it: its environment variables and how to build it from them. Adding a provider is
 * one folder with one of these, and one line in registry.ts.
 */
export interface ProviderDefinition<Environment extends object = object> {
  readonly name: string;
  /**
   * A class-validator class whose properties are the environment variables, each starting with the provider's name
   * in capitals. Values arrive as trimmed strings, unset ones are absent; defaults are property initialisers.
   */
  readonly environment: new () => Environment;
  /** The variables that must all be there for the provider to be configured, or all be absent. */
  readonly required: readonly (keyof Environment & string)[];
  create(environment: Environment): KycProvider;
}
