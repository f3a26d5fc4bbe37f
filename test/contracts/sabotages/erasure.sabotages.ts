import { CANARIES } from '../../../packages/sandbox/sandbox.ts';
import type { Erasure, KycProvider } from '../../../src/kyc/providers/kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/kyc/providers/provider-errors.ts';
import type { Bench, Sabotage } from './sabotage.ts';

const NEVER: Erasure = { finalAt: null, hasKeptSharedData: false };

export const erasureSabotages: readonly Sabotage[] = [
  {
    name: 'reports an erasure without a call',
    fails: [
      'erases a session in every state in which the provider allows it',
      'resolves for a session that is erased already or unknown to the provider',
      'completes an erasure whose earlier tries got no response',
      'rejects an erasure as unavailable if a retry can succeed, and erases nothing',
      'rejects an erasure as refused if an operator must act first, and erases nothing',
      'erases nothing if the signal is aborted before the call',
    ],
    spoil: () => ({ eraseSession: () => Promise.resolve(NEVER) }),
  },
  {
    name: 'does not erase a session before its decision',
    fails: ['erases a session in every state in which the provider allows it'],
    spoil: erasing(async (erase, { sessionId, signal, adapter }) => {
      const event = await adapter.readDecision(sessionId, signal).catch(() => null);
      return event === null ? NEVER : erase();
    }),
  },
  {
    name: 'erases the inquiry but not the account',
    fails: [
      'erases a session in every state in which the provider allows it',
      'resolves for a session that is erased already or unknown to the provider',
    ],
    at: ({ name }) => name === 'persona',
    spoil: erasing((_erase, { sessionId, bench }) => deleteAt(bench, `/inquiries/${sessionId}`)),
  },
  {
    name: 'omits the time at which an erasure is final',
    fails: ['returns the time at which the data is destroyed beyond recovery, if the provider returns it'],
    at: ({ erasure }) => erasure.finalAfterMs !== null,
    spoil: erasing(async (erase) => ({ ...(await erase()), finalAt: null })),
  },
  {
    name: 'invents the time at which an erasure is final',
    fails: ['returns the time at which the data is destroyed beyond recovery, if the provider returns it'],
    spoil: erasing(async (erase) => ({ ...(await erase()), finalAt: new Date(0) })),
  },
  {
    name: 'rejects a session that is erased already',
    fails: ['resolves for a session that is erased already or unknown to the provider'],
    spoil: erasing(async (erase, { sessionId, adapter, bench }) => {
      const isKnown = bench.harness.emulator
        .sessions()
        .some(({ id, isErased }) => id === sessionId && !isErased);
      if (!isKnown) throw new ProviderRefusedError(adapter.name, 'DELETE: responded 404', { status: 404 });
      return erase();
    }),
  },
  {
    name: 'reports the second try of an erasure as done without a call',
    fails: ['rejects an erasure as unavailable if a retry can succeed, and erases nothing'],
    spoil: (adapter, { harness }) => ({
      eraseSession: (session, signal) => {
        const tried = triedAt(harness.emulator);
        if (tried.has(session.sessionId)) return Promise.resolve(NEVER);
        tried.add(session.sessionId);
        return adapter.eraseSession(session, signal);
      },
    }),
  },
  {
    name: 'also erases the session that was created before',
    fails: ['erases no session of another user'],
    spoil: erasing(async (erase, { sessionId, signal, adapter, bench }) => {
      const ids = bench.harness.emulator.sessions().map(({ id }) => id);
      const earlier = ids[ids.indexOf(sessionId) - 1];
      if (earlier !== undefined) {
        await adapter.eraseSession({ sessionId: earlier, keepsSharedData: false, now: new Date() }, signal);
      }
      return erase();
    }),
  },
  {
    name: 'erases the newest session if it does not find the requested one',
    fails: ['erases no session of another user'],
    spoil: erasing(async (erase, { sessionId, signal, adapter, bench }) => {
      const sessions = bench.harness.emulator.sessions();
      const newest = sessions.at(-1);
      if (newest !== undefined && !sessions.some(({ id }) => id === sessionId)) {
        await adapter.eraseSession({ sessionId: newest.id, keepsSharedData: false, now: new Date() }, signal);
      }
      return erase();
    }),
  },
  {
    name: 'erases the data that sessions of a user share, although it must stay',
    fails: ['erases no newer session of the same user that must stay'],
    at: ({ erasure }) => erasure.hasSharedData,
    spoil: (adapter) => ({
      eraseSession: ({ sessionId }, signal) =>
        adapter.eraseSession({ sessionId, keepsSharedData: false, now: new Date() }, signal),
    }),
  },
  {
    name: 'also erases the newest session of the user',
    fails: ['erases no newer session of the same user that must stay'],
    spoil: erasing(async (erase, { sessionId, signal, adapter, bench }) => {
      const sessions = bench.harness.emulator.sessions();
      const user = sessions.find(({ id }) => id === sessionId)?.reference;
      const newest = sessions.findLast(({ reference }) => reference === user);
      if (newest !== undefined) {
        await adapter.eraseSession({ sessionId: newest.id, keepsSharedData: false, now: new Date() }, signal);
      }
      return erase();
    }),
  },
  {
    name: 'reports a failed erasure as done',
    fails: [
      'rejects an erasure as unavailable if a retry can succeed, and erases nothing',
      'is unavailable if no server accepts the connection',
      'is unavailable if the connection breaks before or during the response',
      "ends a call when the caller's signal aborts, before or during the response",
      'is unavailable if the provider responds with a server error',
      'is refused with the status if a retry cannot succeed',
      'is unavailable if the response does not have the documented shape',
      'follows no redirect',
      'reads no response of more than 1 MiB',
    ],
    spoil: erasing((erase) => erase().catch(() => NEVER)),
  },
  {
    name: 'refuses an erasure that can succeed later',
    fails: ['rejects an erasure as unavailable if a retry can succeed, and erases nothing'],
    spoil: erasing((erase, { adapter }) =>
      erase().catch((error: unknown) => {
        if (!(error instanceof ProviderUnavailableError)) throw error;
        throw new ProviderRefusedError(adapter.name, error.message);
      }),
    ),
  },
  {
    name: 'reports an erasure as unavailable if an operator must act first',
    fails: ['rejects an erasure as refused if an operator must act first, and erases nothing'],
    spoil: erasing((erase, { adapter }) =>
      erase().catch((error: unknown) => {
        if (!(error instanceof ProviderRefusedError)) throw error;
        throw new ProviderUnavailableError(adapter.name, error.message);
      }),
    ),
  },
  {
    name: 'ignores the signal of an erasure',
    fails: [
      'erases nothing if the signal is aborted before the call',
      "ends a call when the caller's signal aborts, before or during the response",
    ],
    spoil: (adapter) => ({
      eraseSession: (session) => adapter.eraseSession(session, AbortSignal.timeout(10_000)),
    }),
  },
  {
    name: 'puts any id into the path of an erasure',
    fails: ['puts only a valid id into the path of an erasure'],
    spoil: erasing((_erase, { sessionId, bench }) => deleteAt(bench, `/x/${sessionId}`)),
  },
  {
    name: 'reveals personal data in the result of an erasure',
    fails: ['reveals no personal data in the result or error of an erasure'],
    spoil: erasing(async (erase) => ({ ...(await erase()), name: CANARIES.lastName })),
  },
  {
    name: 'reveals personal data in the error of an erasure',
    fails: ['reveals no personal data in the result or error of an erasure'],
    spoil: erasing((erase) =>
      erase().catch((error: unknown) => {
        throw Object.assign(error as Error, { cause: new Error(CANARIES.documentNumber) });
      }),
    ),
  },
];

interface Situation {
  sessionId: string;
  signal: AbortSignal;
  adapter: KycProvider;
  bench: Bench;
}

/** Replaces an erasure. `instead` can carry it out. */
function erasing(
  instead: (erase: () => Promise<Erasure>, situation: Situation) => Promise<Erasure>,
): Sabotage['spoil'] {
  return (adapter, bench) => ({
    eraseSession: (session, signal) =>
      instead(() => adapter.eraseSession(session, signal), { ...session, signal, adapter, bench }),
  });
}

/** A sabotaged bench makes a new adapter for every call, so the state of these adapters is kept here. */
const TRIED = new WeakMap<object, Set<string>>();

function triedAt(emulator: object): Set<string> {
  const tried = TRIED.get(emulator) ?? new Set();
  TRIED.set(emulator, tried);
  return tried;
}

/** Sends a DELETE with credentials and without any check. */
async function deleteAt({ harness }: Bench, path: string): Promise<Erasure> {
  const authorization = `Bearer ${harness.credentials()[0]}`;
  await fetch(harness.relay.origin + harness.apiPath + path, {
    method: 'DELETE',
    headers: { authorization, 'persona-version': '2025-12-08' },
  });
  return NEVER;
}
