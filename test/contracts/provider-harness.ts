import { type EmulatedProvider, type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { outboundAgent } from '../../src/common/outbound-agent.ts';
import { readConfig } from '../../src/config/read-config.ts';
import type { KycProvider } from '../../src/kyc/providers/kyc-provider.ts';
import type { ProviderDefinition } from '../../src/kyc/providers/provider-definition.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import { acmeDefinition } from './acme/acme.definition.ts';
import { acme } from './acme/acme.emulator.ts';
import { acmeHarness } from './acme/acme.harness.ts';
import type { HarnessOptions } from './harness-options.ts';
import { HARNESSES } from './harnesses.ts';
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

/** Acme is not registered. Its unusual habits show that the suite assumes no more than the contract says. */
export const SUITE_HARNESSES: readonly HarnessOptions[] = [...HARNESSES, acmeHarness];
const DEFINITIONS: readonly ProviderDefinition[] = [...PROVIDER_DEFINITIONS, acmeDefinition];

/** Starts a sandbox that emulates every provider of the suite. */
export function startSuiteSandbox(): Promise<Sandbox> {
  return startSandbox({ emulators: [acme] });
}

/** The caller must close the relay. */
export async function harnessFor(name: string, sandbox: Sandbox): Promise<ProviderHarness> {
  const options = SUITE_HARNESSES.find((candidate) => candidate.name === name);
  const definition = DEFINITIONS.find((candidate) => candidate.name === name);
  if (options === undefined || definition === undefined) throw new Error(`No harness for ${name}`);

  const relay = await openRelay(sandbox.url);
  const variable = (wanted: string): string => {
    const value = sandbox.environment[wanted];
    if (value === undefined) throw new Error(`The sandbox does not set ${wanted}`);
    return value;
  };
  const apiPath = new URL(variable(options.apiUrlVariable)).pathname;
  const emulator = sandbox.provider(name);
  options.erasure.allow(sandbox);

  return {
    options,
    sandbox,
    emulator,
    signatureHeader: definition.signatureHeaders[0],
    others: SUITE_HARNESSES.map((each) => sandbox.provider(each.name)).filter((other) => other !== emulator),
    relay,
    apiPath,
    adapter({ secrets, apiUrl = relay.origin + apiPath, variables } = {}) {
      const config = readConfig(DEFINITIONS, {
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
