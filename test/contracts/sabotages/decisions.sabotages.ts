import { randomUUID } from 'node:crypto';
import type { KycEvent } from '../../../src/kyc/providers/kyc-provider.ts';
import { ProviderUnavailableError } from '../../../src/kyc/providers/provider-errors.ts';
import { approvalOf, read, received, type Sabotage } from './sabotage.ts';

export const decisionSabotages: readonly Sabotage[] = [
  {
    name: 'reads an approval before the provider has decided',
    fails: ['reads no decision before the provider has decided'],
    spoil: (adapter) => ({
      readDecision: async (sessionId, signal) =>
        (await adapter.readDecision(sessionId, signal)) ?? approvalOf(adapter.name, sessionId),
    }),
  },
  {
    name: 'reads submitted as approved',
    fails: [
      'reads no decision before the provider has decided',
      'reads the same result of a session as its webhook contains',
    ],
    at: ({ decisions }) =>
      decisions.some(({ outcome, isUnreadable }) => outcome === 'submitted' && isUnreadable !== true),
    spoil: read(
      (event) => event && { ...event, outcome: event.outcome === 'submitted' ? 'approved' : event.outcome },
    ),
  },
  {
    name: 'reads a rejection as an approval',
    fails: ['reads the same result of a session as its webhook contains'],
    spoil: read((event) =>
      event !== null && event.reason !== null ? { ...event, outcome: 'approved', reason: null } : event,
    ),
  },
  {
    name: 'reads another reason than the provider returns',
    fails: ['reads the same result of a session as its webhook contains'],
    spoil: read((event) => event && { ...event, reason: event.reason && 'selfie_problem' }),
  },
  {
    name: 'dates a decision by the time of the read',
    fails: ['reads the same result of a session as its webhook contains'],
    spoil: read((event) => event && { ...event, occurredAt: new Date() }),
  },
  {
    name: 'omits the reference from a decision that it reads',
    fails: ['reads the same result of a session as its webhook contains'],
    spoil: read((event) => event && { ...event, reference: null }),
  },
  {
    name: 'gives a new key to each read',
    fails: ['gives equal keys to equal states of a session and different keys to different states'],
    spoil: read((event) => event && { ...event, eventKey: `poll:${randomUUID()}` }),
  },
  {
    name: 'makes the key of a read from the session alone',
    fails: ['gives equal keys to equal states of a session and different keys to different states'],
    spoil: read((event) => event && { ...event, eventKey: `poll:${event.sessionId}` }),
  },
  {
    name: 'makes the key of a read from session and outcome, without the time',
    fails: ['gives equal keys to equal states of a session and different keys to different states'],
    spoil: read((event) => event && { ...event, eventKey: `poll:${event.sessionId}:${event.outcome}` }),
  },
  {
    name: 'returns the decision of an earlier read',
    fails: ['reads the decision of the requested session'],
    spoil: (adapter) => {
      let first: Promise<KycEvent | null> | undefined;
      return { readDecision: (sessionId, signal) => (first ??= adapter.readDecision(sessionId, signal)) };
    },
  },
  {
    name: 'does not check which session a response is about',
    fails: ['rejects a response about another session'],
    spoil: readingAnyway,
  },
  {
    name: 'accepts a decision without a time',
    fails: ['rejects a decision without a time, because the ledger cannot order it'],
    spoil: readingAnyway,
  },
  {
    name: 'reads an undocumented status as approved',
    fails: ['reads an undocumented status as unknown', 'receives an undocumented status as unknown'],
    spoil: (adapter, bench) => ({
      ...read((event) => (event?.outcome === 'unknown' ? { ...event, outcome: 'approved' } : event))(
        adapter,
        bench,
      ),
      ...received((event) => (event.outcome === 'unknown' ? { ...event, outcome: 'approved' } : event))(
        adapter,
        bench,
      ),
    }),
  },
  {
    name: 'throws for an undocumented status',
    fails: ['reads an undocumented status as unknown', 'receives an undocumented status as unknown'],
    spoil: (adapter, bench) => ({
      ...read((event) => (event?.outcome === 'unknown' ? throwTypeError() : event))(adapter, bench),
      ...received((event) => (event.outcome === 'unknown' ? throwTypeError() : event))(adapter, bench),
    }),
  },
  {
    name: 'guesses a verdict instead of a lookup',
    fails: ['looks up the verdict that an event announces without containing it'],
    spoil: (adapter) => ({ readLookup: async (lookup) => approvalOf(adapter.name, lookup) }),
  },
  {
    name: 'never finds an announced verdict',
    fails: ['looks up the verdict that an event announces without containing it'],
    at: ({ announcements }) => announcements.length > 0,
    spoil: () => ({ readLookup: async () => null }),
  },
  {
    name: 'reads the announcement as the verdict',
    fails: ['looks up the verdict that an event announces without containing it'],
    at: ({ announcements }) => announcements.length > 0,
    spoil: received((event) => (event.lookup === null ? event : { ...event, outcome: 'approved' })),
  },
  {
    name: 'puts an id into a path without a check',
    fails: ['calls only the configured address, whatever the session id contains'],
    spoil: (adapter, { harness: { relay, apiPath } }) => ({
      readDecision: async (sessionId, signal) => {
        const base = `${relay.origin}${apiPath}/sessions/`;
        if (sessionId.startsWith('..')) await fetch(new URL(sessionId, base), { signal });
        return adapter.readDecision(sessionId, signal);
      },
    }),
  },
];

function readingAnyway(...[adapter]: Parameters<Sabotage['spoil']>): ReturnType<Sabotage['spoil']> {
  return {
    readDecision: (sessionId, signal) =>
      adapter.readDecision(sessionId, signal).catch((error: unknown) => {
        if (error instanceof ProviderUnavailableError) return approvalOf(adapter.name, sessionId);
        throw error;
      }),
  };
}

function throwTypeError(): never {
  throw new TypeError("Cannot read properties of undefined (reading 'outcome')");
}
