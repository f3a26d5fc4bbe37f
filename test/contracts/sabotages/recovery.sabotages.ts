import { randomUUID } from 'node:crypto';
import type { SessionRequest } from '../../../src/kyc/providers/kyc-provider.ts';
import type { Sabotage } from './sabotage.ts';

export const recoverySabotages: readonly Sabotage[] = [
  {
    name: 'never finds a session again',
    fails: [
      'finds the session again whose create was never answered, and opens no second one',
      'finds a session again that is over by now, for its verdict belongs to the attempt',
    ],
    at: ['persona', 'onfido'],
    spoil: () => ({ recoverSession: () => Promise.resolve(null) }),
  },
  {
    name: 'opens a session where it should find one',
    fails: [
      'finds the session again whose create was never answered, and opens no second one',
      'finds a session again that is over by now, for its verdict belongs to the attempt',
      'opens nothing for an attempt that never reached the provider, or just the one session',
      "hands out no other attempt's session, and no other user's",
    ],
    at: ['veriff', 'onfido'],
    spoil: (adapter) => ({ recoverSession: (request, signal) => adapter.createSession(request, signal) }),
  },
  {
    name: 'recovers under a key of the day',
    fails: [
      'finds the session again whose create was never answered, and opens no second one',
      'finds a session again that is over by now, for its verdict belongs to the attempt',
      'opens nothing for an attempt that never reached the provider, or just the one session',
    ],
    at: ['persona'],
    spoil: (adapter) => ({
      recoverSession: (request, signal) =>
        adapter.recoverSession({ ...request, attemptId: randomUUID() }, signal),
    }),
  },
  {
    name: 'finds a session and shows no way into it',
    fails: ['finds the session again whose create was never answered, and opens no second one'],
    at: ['persona', 'onfido'],
    spoil: (adapter) => ({
      recoverSession: async (request, signal) => {
        const found = await adapter.recoverSession(request, signal);
        return found && { ...found, url: null, sdkToken: null };
      },
    }),
  },
  {
    name: 'lets go of a session that is over',
    fails: ['finds a session again that is over by now, for its verdict belongs to the attempt'],
    at: ['persona', 'onfido'],
    spoil: (adapter) => ({
      recoverSession: async (request, signal) => {
        const found = await adapter.recoverSession(request, signal);
        const verdict = found && (await adapter.readDecision(found.sessionId, signal));
        return verdict === null ? found : null;
      },
    }),
  },
  {
    name: "takes the user's newest session for the attempt's",
    fails: ["hands out no other attempt's session, and no other user's"],
    spoil: takingFor((request, { reference }) => reference === request.userId),
  },
  {
    name: 'takes what is newest at the provider for what it looked for',
    fails: ["hands out no other attempt's session, and no other user's"],
    spoil: takingFor(() => true),
  },
  {
    name: 'does not look whose the session is that it found',
    fails: ["hands out no other attempt's session, and no other user's"],
    at: ['onfido'],
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
