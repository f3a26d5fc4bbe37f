import { aroundCalls } from '../../../src/kyc/providers/around-calls.ts';
import type {
  Delivery,
  KycEvent,
  KycProvider,
  ReceivedEvent,
} from '../../../src/kyc/providers/kyc-provider.ts';
import type { HarnessOptions } from '../harness-options.ts';
import type { CaseName } from '../kyc-provider.contract.ts';
import type { AdapterSettings, ProviderHarness } from '../provider-harness.ts';

/** An adapter that breaks one rule of the contract and is sound otherwise. */
export interface Sabotage {
  /** A verb phrase about the behavior of the broken adapter. */
  name: string;
  /** The cases that must fail with it. */
  fails: readonly CaseName[];
  /** Whether the rule can be broken with a provider. Default: with all. */
  at?(options: HarnessOptions): boolean;
  /** Replaces the signature header of the provider's definition. */
  signatureHeader?: string;
  /** Returns the methods that replace those of the sound adapter. */
  spoil(adapter: KycProvider, bench: Bench): Partial<KycProvider>;
}

export interface Bench {
  /** Creates sound adapters. */
  harness: ProviderHarness;
  settings: AdapterSettings;
}

/** Returns the harness with broken adapters. */
export function sabotaged(harness: ProviderHarness, { spoil, signatureHeader }: Sabotage): ProviderHarness {
  return {
    ...harness,
    signatureHeader: signatureHeader ?? harness.signatureHeader,
    adapter(settings = {}) {
      const sound = withOwnMethods(harness.adapter(settings));
      return { ...sound, ...spoil(sound, { harness, settings }) };
    },
  };
}

/** Returns the adapter as an object with own methods, because a spread does not copy the methods of a class. */
export function withOwnMethods(adapter: KycProvider): KycProvider {
  return aroundCalls(adapter, (call, signal) => call(signal));
}

/** Changes the events that the adapter receives. */
export function received(
  change: (event: ReceivedEvent, delivery: Delivery) => ReceivedEvent,
): Sabotage['spoil'] {
  return (adapter) => ({ receive: async (delivery) => change(await adapter.receive(delivery), delivery) });
}

/** Changes the verdicts that webhooks announce, wherever the adapter finds them. */
export function announced(change: <Event extends KycEvent>(event: Event) => Event): Sabotage['spoil'] {
  return (adapter) => ({
    receive: async (delivery) => change(await adapter.receive(delivery)),
    readLookup: async (lookup, signal) => {
      const verdict = await adapter.readLookup(lookup, signal);
      return verdict && change(verdict);
    },
  });
}

/** Changes the events that the adapter reads. */
export function read(
  change: (event: KycEvent | null, sessionId: string) => KycEvent | null,
): Sabotage['spoil'] {
  return (adapter) => ({
    readDecision: async (sessionId, signal) =>
      change(await adapter.readDecision(sessionId, signal), sessionId),
  });
}

type Around = <T>(call: (signal: AbortSignal) => Promise<T>, signal: AbortSignal, bench: Bench) => Promise<T>;

/** Runs every call to the provider through `around`. */
export function called(around: Around): Sabotage['spoil'] {
  return (adapter, bench) => aroundCalls(adapter, (call, signal) => around(call, signal, bench));
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
