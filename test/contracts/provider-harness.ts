import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { EmulatedProvider, ProviderName, Sandbox } from '../../packages/sandbox/sandbox.ts';
import { outboundAgent } from '../../src/common/outbound-agent.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { KycProvider } from '../../src/kyc/providers/kyc-provider.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import type { HarnessOptions } from './harness-options.ts';
import { harnessOf } from './harnesses.ts';
import { openRelay, type Relay } from './relay.ts';

export interface AdapterSettings {
  secrets?: readonly string[];
  apiUrl?: string;
  /** More variables of the gateway. */
  variables?: Readonly<Record<string, string>>;
}

/** One provider under test: its adapter, its emulator, and the relay between them. */
export interface ProviderHarness {
  readonly options: HarnessOptions;
  readonly sandbox: Sandbox;
  readonly emulator: EmulatedProvider;
  /** The header, in lower case, that carries the signature of a delivery. */
  readonly signatureHeader: string;
  readonly others: readonly EmulatedProvider[];
  readonly relay: Relay;
  /** The path of the API at the relay, such as `/persona/api/v1`. */
  readonly apiPath: string;
  /** Creates a new adapter with the definition and validated variables. */
  adapter(settings?: AdapterSettings): KycProvider;
  /** The configured webhook secrets, newest first. */
  secrets(): readonly string[];
  credentials(): readonly string[];
  /** Restores the normal behavior of emulator and relay. */
  reset(): void;
}

/** The caller must close the relay. */
export async function harnessFor(name: ProviderName, sandbox: Sandbox): Promise<ProviderHarness> {
  const options = harnessOf(name);
  const definition = PROVIDER_DEFINITIONS.find((candidate) => candidate.name === name);
  if (definition === undefined) throw new Error(`No definition of ${name}`);

  const relay = await openRelay(sandbox.url);
  const variable = (wanted: string): string => {
    const value = sandbox.environment[wanted];
    if (value === undefined) throw new Error(`The sandbox does not set ${wanted}`);
    return value;
  };
  const apiPath = new URL(variable(options.apiUrlVariable)).pathname;
  const emulator = sandbox[name];
  options.erasure.allow(sandbox);

  return {
    options,
    sandbox,
    emulator,
    signatureHeader: definition.signatureHeaders[0],
    others: PROVIDER_NAMES.map((name) => sandbox[name]).filter((other) => other !== emulator),
    relay,
    apiPath,
    adapter({ secrets, apiUrl = relay.origin + apiPath, variables } = {}) {
      const config = readConfig(PROVIDER_DEFINITIONS, {
        ...sandbox.environment,
        DATABASE_URL: 'postgres://127.0.0.1/nobody-connects',
        KYC_PROVIDER: name,
        KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
        [options.apiUrlVariable]: apiUrl,
        ...variables,
      });
      const environment = { ...config.providers.get(name) };
      const dispatcher = outboundAgent(config.outboundProxy);
      // Set after the validation, which rejects an empty secret. An adapter must not depend on the validation.
      return definition.create(
        secrets === undefined ? environment : { ...environment, [options.secretsVariable]: [...secrets] },
        dispatcher,
      );
    },
    secrets: () => variable(options.secretsVariable).split(','),
    credentials: () => options.credentialVariables.flatMap((wanted) => variable(wanted).split(',')),
    reset() {
      emulator.behave();
      options.erasure.allow(sandbox);
      relay.behave();
    },
  };
}
