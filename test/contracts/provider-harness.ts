import type {
  Decision,
  EmulatedProvider,
  ProviderName,
  Sandbox,
  SignedWebhook,
} from '../../sandbox/sandbox.ts';
import { readConfig } from '../../src/config/read-config.js';
import type { Outcome, RejectionReason } from '../../src/kyc/domain/outcome.js';
import type { KycProvider } from '../../src/kyc/providers/kyc-provider.js';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.js';
import { onfidoHarness } from './onfido.harness.js';
import { personaHarness } from './persona.harness.js';
import { openRelay, type Relay } from './relay.js';
import { veriffHarness } from './veriff.harness.js';

/** What happens to a session at the provider, and what the adapter has to make of it. */
export interface ExpectedDecision {
  decision: Decision;
  outcome: Outcome;
  reason?: RejectionReason;
  /** A finding that a fraudster must not hear of. */
  isFraud?: true;
  /** The provider sends no webhook of it. */
  isSilent?: true;
  /** A read does not tell it. */
  isUnreadable?: true;
  /** What dates the webhook where the provider names no time in it: its arrival, or nothing. */
  datedBy?: 'arrival' | 'nothing';
}

/** Everything in which the providers really differ. A difference is an option here, never a case left out. */
export interface HarnessOptions {
  name: ProviderName;
  apiUrlVariable: string;
  /** The list of secrets that webhooks are signed with, newest first. */
  secretsVariable: string;
  /** Variables whose values must turn up nowhere. */
  credentialVariables: readonly string[];
  /** The call that opens the session; others may come before it. */
  createPath: string;
  /** The header that makes a repeated create harmless. `null`: there is none, so a create is never repeated. */
  idempotencyHeader: string | null;
  /** Well-formed, and nobody's. */
  unknownSessionId: string;
  decisions: readonly ExpectedDecision[];
  /** After these the user may come back into the session, besides a session in which nothing has happened. */
  resumableAfter: readonly Decision[];
  overAfter: readonly Decision[];
  /** Each word of an approval's webhook without which it would be no approval. */
  approvalWords: readonly string[];
  /** How old or how new the time of signing may be. `null`: the signature holds no time, and is good for ever. */
  signatureLifetimeSeconds: number | null;
  /** Headers, besides Retry-After, in which the provider says when to come back. */
  retryHeaders: readonly string[];
  /** Events that announce a verdict without naming it, and the outcome that asking for it has to yield. */
  announcements: readonly Announcement[];
}

export interface Announcement {
  webhookFor(sandbox: Sandbox, sessionId: string): SignedWebhook;
  /** `null`: there is no verdict yet. */
  outcome: Outcome | null;
}

export interface AdapterSettings {
  secrets?: readonly string[];
  apiUrl?: string;
}

/** One provider on the bench: the adapter, and the emulator on the other end of the line. */
export interface ProviderHarness {
  readonly options: HarnessOptions;
  readonly sandbox: Sandbox;
  readonly emulator: EmulatedProvider;
  readonly others: readonly EmulatedProvider[];
  readonly relay: Relay;
  /** The API's path at the relay, such as `/persona/api/v1`. */
  readonly apiPath: string;
  /** A new one each time, made by the definition from validated variables. */
  adapter(settings?: AdapterSettings): KycProvider;
  /** The configured webhook secrets, newest first. */
  secrets(): readonly string[];
  credentials(): readonly string[];
  /** Emulator and relay are in order again. */
  calmDown(): void;
}

export const HARNESSES: readonly HarnessOptions[] = [personaHarness, veriffHarness, onfidoHarness];

/** The relay is the caller's to close. */
export async function harnessFor(name: ProviderName, sandbox: Sandbox): Promise<ProviderHarness> {
  const options = HARNESSES.find((candidate) => candidate.name === name);
  const definition = PROVIDER_DEFINITIONS.find((candidate) => candidate.name === name);
  if (options === undefined || definition === undefined) throw new Error(`No harness for ${name}`);

  const relay = await openRelay(sandbox.url);
  const variable = (wanted: string): string => {
    const value = sandbox.environment[wanted];
    if (value === undefined) throw new Error(`The sandbox does not set ${wanted}`);
    return value;
  };
  const apiPath = new URL(variable(options.apiUrlVariable)).pathname;
  const emulator = sandbox[name];

  return {
    options,
    sandbox,
    emulator,
    others: [sandbox.persona, sandbox.veriff, sandbox.onfido].filter((other) => other !== emulator),
    relay,
    apiPath,
    adapter({ secrets, apiUrl = relay.origin + apiPath } = {}) {
      const config = readConfig(PROVIDER_DEFINITIONS, {
        ...sandbox.environment,
        DATABASE_URL: 'postgres://127.0.0.1/nobody-connects',
        KYC_PROVIDER: name,
        KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
        [options.apiUrlVariable]: apiUrl,
      });
      const environment = { ...config.providers.get(name) };
      // Behind the validation's back: it lets no empty secret through, and an adapter must not rely on that.
      return definition.create(
        secrets === undefined ? environment : { ...environment, [options.secretsVariable]: [...secrets] },
      );
    },
    secrets: () => variable(options.secretsVariable).split(','),
    credentials: () => options.credentialVariables.flatMap((wanted) => variable(wanted).split(',')),
    calmDown() {
      emulator.behave();
      relay.behave();
    },
  };
}
