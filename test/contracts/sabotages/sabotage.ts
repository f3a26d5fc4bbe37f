import type { ProviderName } from '../../../packages/sandbox/sandbox.ts';
import type {
  Delivery,
  KycEvent,
  KycProvider,
  ReceivedEvent,
} from '../../../src/kyc/providers/kyc-provider.ts';
import type { CaseName } from '../kyc-provider.contract.ts';
import type { AdapterSettings, ProviderHarness } from '../provider-harness.ts';

/** An adapter in good order but for one promise. */
export interface Sabotage {
  /** What the broken adapter does. */
  name: string;
  /** The cases that must fail with it. */
  fails: readonly CaseName[];
  /** Where this promise can be broken; without a word, at every provider. */
  at?: readonly ProviderName[];
  /** Replaces the signature header of the provider's definition. */
  signatureHeader?: string;
  /** Returns the methods that replace those of the sound adapter. */
  spoil(adapter: KycProvider, bench: Bench): Partial<KycProvider>;
}

export interface Bench {
  /** Makes sound adapters. */
  harness: ProviderHarness;
  settings: AdapterSettings;
}

/** The same bench, where every adapter is spoiled. */
export function sabotaged(harness: ProviderHarness, { spoil, signatureHeader }: Sabotage): ProviderHarness {
  return {
    ...harness,
    signatureHeader: signatureHeader ?? harness.signatureHeader,
    adapter(settings = {}) {
      const sound = everyMethodOf(harness.adapter(settings));
      return { ...sound, ...spoil(sound, { harness, settings }) };
    },
  };
}

/** An adapter's methods are its class's, and a spread would leave them behind. */
export function everyMethodOf(adapter: KycProvider): KycProvider {
  return {
    name: adapter.name,
    createSession: (request, signal) => adapter.createSession(request, signal),
    recoverSession: (request, signal) => adapter.recoverSession(request, signal),
    resumeSession: (session, signal) => adapter.resumeSession(session, signal),
    readDecision: (sessionId, signal) => adapter.readDecision(sessionId, signal),
    readLookup: (lookup, signal) => adapter.readLookup(lookup, signal),
    eraseSession: (sessionId, signal) => adapter.eraseSession(sessionId, signal),
    receive: (delivery) => adapter.receive(delivery),
  };
}

/** What it receives is changed on the way out. */
export function received(
  change: (event: ReceivedEvent, delivery: Delivery) => ReceivedEvent,
): Sabotage['spoil'] {
  return (adapter) => ({ receive: (delivery) => change(adapter.receive(delivery), delivery) });
}

/** What it reads is changed on the way out. */
export function read(
  change: (event: KycEvent | null, sessionId: string) => KycEvent | null,
): Sabotage['spoil'] {
  return (adapter) => ({
    readDecision: async (sessionId, signal) =>
      change(await adapter.readDecision(sessionId, signal), sessionId),
  });
}

type Around = <T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal, bench: Bench) => Promise<T>;

/** Every call to the provider goes through this. */
export function called(around: Around): Sabotage['spoil'] {
  return (adapter, bench) => ({
    createSession: (request, given) =>
      around((signal) => adapter.createSession(request, signal), given, bench),
    recoverSession: (request, given) =>
      around((signal) => adapter.recoverSession(request, signal), given, bench),
    resumeSession: (session, given) =>
      around((signal) => adapter.resumeSession(session, signal), given, bench),
    readDecision: (id, given) => around((signal) => adapter.readDecision(id, signal), given, bench),
    readLookup: (lookup, given) => around((signal) => adapter.readLookup(lookup, signal), given, bench),
    eraseSession: (id, given) => around((signal) => adapter.eraseSession(id, signal), given, bench),
  });
}

export function approvalOf(provider: string, sessionId: string): KycEvent {
  return {
    provider,
    eventKey: `poll:${sessionId}`,
    sessionId,
    reference: null,
    outcome: 'approved',
    reason: null,
    occurredAt: null,
  };
}
