import { randomUUID } from 'node:crypto';
import type { KycEvent } from '../../../src/kyc/providers/kyc-provider.ts';
import { ProviderUnavailableError } from '../../../src/kyc/providers/provider-errors.ts';
import { approvalOf, read, received, type Sabotage } from './sabotage.ts';

export const decisionSabotages: readonly Sabotage[] = [
  {
    name: 'reads an approval where nothing was decided',
    fails: ['reads no decision where none was made'],
    spoil: (adapter) => ({
      readDecision: async (sessionId, signal) =>
        (await adapter.readDecision(sessionId, signal)) ?? approvalOf(adapter.name, sessionId),
    }),
  },
  {
    name: 'takes what was submitted for approved',
    fails: ['reads no decision where none was made', 'reads of a session what the webhook told of it'],
    at: ['persona', 'onfido'],
    spoil: read(
      (event) => event && { ...event, outcome: event.outcome === 'submitted' ? 'approved' : event.outcome },
    ),
  },
  {
    name: 'reads a decline as an approval',
    fails: ['reads of a session what the webhook told of it'],
    spoil: read((event) =>
      event?.outcome === 'declined' ? { ...event, outcome: 'approved', reason: null } : event,
    ),
  },
  {
    name: 'reads another reason than it is told',
    fails: ['reads of a session what the webhook told of it'],
    spoil: read((event) => event && { ...event, reason: event.reason && 'selfie_problem' }),
  },
  {
    name: 'dates what it reads by the hour of reading',
    fails: ['reads of a session what the webhook told of it'],
    spoil: read((event) => event && { ...event, occurredAt: new Date() }),
  },
  {
    name: 'does not know whose session it read',
    fails: ['reads of a session what the webhook told of it'],
    spoil: read((event) => event && { ...event, reference: null }),
  },
  {
    name: 'gives each reading a name of its own',
    fails: ['reads the same state under the same key, and another state under another'],
    spoil: read((event) => event && { ...event, eventKey: `poll:${randomUUID()}` }),
  },
  {
    name: 'names what it reads after the session alone',
    fails: ['reads the same state under the same key, and another state under another'],
    spoil: read((event) => event && { ...event, eventKey: `poll:${event.sessionId}` }),
  },
  {
    name: 'names what it reads after session and outcome, whenever it was decided',
    fails: ['reads the same state under the same key, and another state under another'],
    spoil: read((event) => event && { ...event, eventKey: `poll:${event.sessionId}:${event.outcome}` }),
  },
  {
    name: 'answers with the decision that it read before',
    fails: ['reads of each session its own decision'],
    spoil: (adapter) => {
      let first: Promise<KycEvent | null> | undefined;
      return { readDecision: (sessionId, signal) => (first ??= adapter.readDecision(sessionId, signal)) };
    },
  },
  {
    name: 'takes every answer for the one that it asked for',
    fails: ['believes no answer that is about another session'],
    spoil: readingAnyway,
  },
  {
    name: 'takes a decision without a time',
    fails: ['takes no decision without a time, for it could not be put in order'],
    spoil: readingAnyway,
  },
  {
    name: 'approves what it does not understand',
    fails: [
      'reads a word that nobody documented as unknown',
      'records a word that nobody documented as unknown',
    ],
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
    name: 'throws at what it does not understand',
    fails: [
      'reads a word that nobody documented as unknown',
      'records a word that nobody documented as unknown',
    ],
    spoil: (adapter, bench) => ({
      ...read((event) => (event?.outcome === 'unknown' ? throwTypeError() : event))(adapter, bench),
      ...received((event) => (event.outcome === 'unknown' ? throwTypeError() : event))(adapter, bench),
    }),
  },
  {
    name: 'guesses the verdict that it should ask for',
    fails: ['asks for the verdict that an event announces without naming it'],
    spoil: (adapter) => ({ readLookup: async (lookup) => approvalOf(adapter.name, lookup) }),
  },
  {
    name: 'never finds the verdict that was announced',
    fails: ['asks for the verdict that an event announces without naming it'],
    at: ['onfido'],
    spoil: () => ({ readLookup: async () => null }),
  },
  {
    name: 'takes the announcement for the verdict',
    fails: ['asks for the verdict that an event announces without naming it'],
    at: ['onfido'],
    spoil: received((event) => (event.lookup === null ? event : { ...event, outcome: 'approved' })),
  },
  {
    name: 'puts an id into the path as it is',
    fails: ['asks under the configured address only, whatever an id looks like'],
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
