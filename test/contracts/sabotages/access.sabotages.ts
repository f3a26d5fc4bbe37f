import { newRequest, openSession } from '../cases/steps.ts';
import type { Sabotage } from './sabotage.ts';

export const accessSabotages: readonly Sabotage[] = [
  {
    name: 'takes its own time for the time of the provider',
    fails: ['returns the time of the provider after a check of the credentials'],
    spoil: (adapter) => ({
      checkAccess: async (signal) => {
        await adapter.checkAccess(signal);
        return { at: new Date() };
      },
    }),
  },
  {
    name: 'accepts every credential',
    fails: ['is refused by a check of wrong credentials'],
    spoil: (adapter) => ({
      checkAccess: (signal) => adapter.checkAccess(signal).catch(() => ({ at: null })),
    }),
  },
  {
    name: 'creates a session to check its credentials',
    fails: ['only reads, and no session, when it checks the credentials'],
    spoil: (adapter) => ({
      checkAccess: async (signal) => {
        await adapter.createSession(newRequest(), signal);
        return adapter.checkAccess(signal);
      },
    }),
  },
  {
    name: 'reads the session of a user to check its credentials',
    fails: ['only reads, and no session, when it checks the credentials'],
    spoil: (adapter, { harness }) => ({
      checkAccess: async (signal) => {
        const [session] = harness.emulator.sessions();
        await adapter.readDecision(session?.id ?? (await openSession(harness)).sessionId, signal);
        return { at: new Date() };
      },
    }),
  },
];
