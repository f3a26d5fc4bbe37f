import { randomUUID } from 'node:crypto';
import type { SessionRequest } from '../../../src/kyc/providers/kyc-provider.ts';
import type { Sabotage } from './sabotage.ts';

export const recoverySabotages: readonly Sabotage[] = [
  {
    name: 'never recovers a session',
    fails: [
      'recovers the session of a create without a response and creates no second one',
      'recovers a session that is over, because its verdict belongs to the attempt',
    ],
    at: ({ recovery }) => recovery !== 'none',
    spoil: () => ({ recoverSession: () => Promise.resolve(null) }),
  },
  {
    name: 'creates a session instead of recovering it',
    fails: [
      'recovers the session of a create without a response and creates no second one',
      'recovers a session that is over, because its verdict belongs to the attempt',
      'creates at most one session for an attempt that never reached the provider',
      'recovers no session of another attempt or another user',
    ],
    at: ({ recovery }) => recovery !== 'key',
    spoil: (adapter) => ({ recoverSession: (request, signal) => adapter.createSession(request, signal) }),
  },
  {
    name: 'recovers under a new key',
    fails: [
      'recovers the session of a create without a response and creates no second one',
      'recovers a session that is over, because its verdict belongs to the attempt',
      'creates at most one session for an attempt that never reached the provider',
    ],
    at: ({ recovery }) => recovery === 'key',
    spoil: (adapter) => ({
      recoverSession: (request, signal) =>
        adapter.recoverSession({ ...request, attemptId: randomUUID() }, signal),
    }),
  },
  {
    name: 'recovers a session without URL and token',
    fails: ['recovers the session of a create without a response and creates no second one'],
    at: ({ recovery }) => recovery !== 'none',
    spoil: (adapter) => ({
      recoverSession: async (request, signal) => {
        const found = await adapter.recoverSession(request, signal);
        return found && { ...found, url: null, sdkToken: null };
      },
    }),
  },
  {
    name: 'does not recover a session that is over',
    fails: ['recovers a session that is over, because its verdict belongs to the attempt'],
    at: ({ recovery }) => recovery !== 'none',
    spoil: (adapter) => ({
      recoverSession: async (request, signal) => {
        const found = await adapter.recoverSession(request, signal);
        const verdict = found && (await adapter.readDecision(found.sessionId, signal));
        return verdict === null ? found : null;
      },
    }),
  },
  {
    name: "recovers the user's newest session instead of the attempt's",
    fails: ['recovers no session of another attempt or another user'],
    spoil: takingFor((request, { reference }) => reference === request.userId),
  },
  {
    name: 'recovers the newest session at the provider',
    fails: ['recovers no session of another attempt or another user'],
    spoil: takingFor(() => true),
  },
  {
    name: 'does not check the user of a recovered session',
    fails: ['recovers no session of another attempt or another user'],
    at: ({ recovery }) => recovery === 'tag',
    spoil: (adapter, { harness }) => ({
      recoverSession: async (request, signal) => {
        for (const { reference } of harness.emulator.sessions().toReversed()) {
          const userId = reference ?? request.userId;
          const found = await adapter.recoverSession({ ...request, userId }, signal);
          if (found !== null) return found;
        }
        return null;
      },
    }),
  },
];

type Fits = (request: SessionRequest, session: { reference: string | null }) => boolean;

function takingFor(fits: Fits): Sabotage['spoil'] {
  return (_adapter, { harness }) => ({
    recoverSession: async (request) => {
      const newest = harness.emulator.sessions().findLast((session) => fits(request, session));
      if (newest === undefined) return null;
      return { sessionId: newest.id, url: newest.url, sdkToken: null, expiresAt: null, resumeToken: null };
    },
  });
}
