import type { FastifyInstance } from 'fastify';
import type { EmulatedProvider } from './contract.ts';
import type { ProviderEmulator, Site } from './emulator.ts';
import type { ProviderFacts } from './facts.ts';

/** A provider that the sandbox can emulate. `Controls` are functions for tests that only this provider has. */
export interface EmulatorDefinition<Name extends string = string, Controls extends object = object> {
  readonly name: Name;
  readonly facts: ProviderFacts;
  /** The lines about `registerControls` in the index of the control API. */
  readonly controlsHelp: string;
  /** Opens an account at the provider, with new credentials and without sessions. */
  open(site: Site): ProviderEmulator<Controls>;
  /** Serves the provider's own controls over HTTP. */
  registerControls?(app: FastifyInstance, provider: EmulatedProvider & Controls): void;
}
