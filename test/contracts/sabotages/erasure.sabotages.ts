import { CANARIES } from '../../../packages/sandbox/sandbox.ts';
import type { Erasure, KycProvider } from '../../../src/kyc/providers/kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/kyc/providers/provider-errors.ts';
import type { Bench, Sabotage } from './sabotage.ts';

const NEVER: Erasure = { finalAt: null };

export const erasureSabotages: readonly Sabotage[] = [
  {
    name: 'says that it has erased, and does nothing',
    fails: [
      'has the provider erase a session, whatever has become of it',
      'may erase what is erased already, or what the provider does not know',
      'erases what an earlier attempt to erase has left behind',
      'is unavailable where it may be erased later, and nothing is taken for erased',
      'is refused where an operator must do something first, and nothing is taken for erased',
      'erases nothing when the time is over before it begins',
    ],
    spoil: () => ({ eraseSession: () => Promise.resolve(NEVER) }),
  },
  {
    name: 'leaves alone what is not decided',
    fails: ['has the provider erase a session, whatever has become of it'],
    spoil: erasing(async (erase, { sessionId, signal, adapter }) => {
      const event = await adapter.readDecision(sessionId, signal).catch(() => null);
      return event === null ? NEVER : erase();
    }),
  },
  {
    name: 'erases the inquiry and leaves the account',
    fails: [
      'has the provider erase a session, whatever has become of it',
      'may erase what is erased already, or what the provider does not know',
    ],
    at: ['persona'],
    spoil: erasing((_erase, { sessionId, bench }) => deleteAt(bench, `/inquiries/${sessionId}`)),
  },
  {
    name: 'takes an erasure for a final one',
    fails: ['tells when the data will be destroyed beyond recovery, where the provider does'],
    at: ['veriff', 'onfido'],
    spoil: erasing(async (erase) => ({ ...(await erase()), finalAt: null })),
  },
  {
    name: 'makes up when it is final',
    fails: ['tells when the data will be destroyed beyond recovery, where the provider does'],
    spoil: erasing(async (erase) => ({ ...(await erase()), finalAt: new Date(0) })),
  },
  {
    name: 'is refused what is erased already',
    fails: ['may erase what is erased already, or what the provider does not know'],
    spoil: erasing(async (erase, { sessionId, adapter, bench }) => {
      const isKnown = bench.harness.emulator
        .sessions()
        .some(({ id, isErased }) => id === sessionId && !isErased);
      if (!isKnown) throw new ProviderRefusedError(adapter.name, 'DELETE: answered 404', { status: 404 });
      return erase();
    }),
  },
  {
    name: 'tries it once and never again',
    fails: ['is unavailable where it may be erased later, and nothing is taken for erased'],
    spoil: (adapter, { harness }) => ({
      eraseSession: (sessionId, signal) => {
        const tried = triedAt(harness.emulator);
        if (tried.has(sessionId)) return Promise.resolve(NEVER);
        tried.add(sessionId);
        return adapter.eraseSession(sessionId, signal);
      },
    }),
  },
  {
    name: 'erases the session that was opened before, too',
    fails: ["touches nobody else's session"],
    spoil: erasing(async (erase, { sessionId, signal, adapter, bench }) => {
      const ids = bench.harness.emulator.sessions().map(({ id }) => id);
      const earlier = ids[ids.indexOf(sessionId) - 1];
      if (earlier !== undefined) await adapter.eraseSession(earlier, signal);
      return erase();
    }),
  },
  {
    name: 'erases the newest session where it finds none',
    fails: ["touches nobody else's session"],
    spoil: erasing(async (erase, { sessionId, signal, adapter, bench }) => {
      const sessions = bench.harness.emulator.sessions();
      const newest = sessions.at(-1);
      if (newest !== undefined && !sessions.some(({ id }) => id === sessionId)) {
        await adapter.eraseSession(newest.id, signal);
      }
      return erase();
    }),
  },
  {
    name: 'takes an erasure that fails for one that is done',
    fails: [
      'is unavailable where it may be erased later, and nothing is taken for erased',
      'is unavailable where nobody listens',
      'is unavailable where the line is cut, before the answer or in the middle of it',
      "gives up when the caller's time is over, before the answer or in the middle of it",
      'is unavailable where the provider has troubles of its own',
      'is refused where repeating would not help, and names the status',
      'is unavailable where the answer is of no documented shape',
      'follows no redirect',
      'reads no answer of more than a mebibyte',
    ],
    spoil: erasing((erase) => erase().catch(() => NEVER)),
  },
  {
    name: 'gives up for ever where it may erase later',
    fails: ['is unavailable where it may be erased later, and nothing is taken for erased'],
    spoil: erasing((erase, { adapter }) =>
      erase().catch((error: unknown) => {
        if (!(error instanceof ProviderUnavailableError)) throw error;
        throw new ProviderRefusedError(adapter.name, error.message);
      }),
    ),
  },
  {
    name: 'goes on trying where an operator must do something first',
    fails: ['is refused where an operator must do something first, and nothing is taken for erased'],
    spoil: erasing((erase, { adapter }) =>
      erase().catch((error: unknown) => {
        if (!(error instanceof ProviderRefusedError)) throw error;
        throw new ProviderUnavailableError(adapter.name, error.message);
      }),
    ),
  },
  {
    name: 'erases without looking at the signal',
    fails: [
      'erases nothing when the time is over before it begins',
      "gives up when the caller's time is over, before the answer or in the middle of it",
    ],
    spoil: (adapter) => ({
      eraseSession: (sessionId) => adapter.eraseSession(sessionId, AbortSignal.timeout(10_000)),
    }),
  },
  {
    name: 'puts any id into the path of an erasure',
    fails: ['puts into the path of an erasure nothing but an id'],
    spoil: erasing((_erase, { sessionId, bench }) => deleteAt(bench, `/x/${sessionId}`)),
  },
  {
    name: 'quotes whom it has erased',
    fails: ['tells of no person when it erases'],
    spoil: erasing(async (erase) => ({ ...(await erase()), name: CANARIES.lastName })),
  },
  {
    name: 'quotes in the error whom it could not erase',
    fails: ['tells of no person when it erases'],
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

/** What stands in the place of an erasure; it may carry it out. */
function erasing(
  instead: (erase: () => Promise<Erasure>, situation: Situation) => Promise<Erasure>,
): Sabotage['spoil'] {
  return (adapter, bench) => ({
    eraseSession: (sessionId, signal) =>
      instead(() => adapter.eraseSession(sessionId, signal), { sessionId, signal, adapter, bench }),
  });
}

/** A sabotaged bench makes a new adapter for every call, so what one remembers is kept here. */
const TRIED = new WeakMap<object, Set<string>>();

function triedAt(emulator: object): Set<string> {
  const tried = TRIED.get(emulator) ?? new Set();
  TRIED.set(emulator, tried);
  return tried;
}

/** A DELETE that nothing was done for but the credentials. */
async function deleteAt({ harness }: Bench, path: string): Promise<Erasure> {
  const authorization = `Bearer ${harness.credentials()[0]}`;
  await fetch(harness.relay.origin + harness.apiPath + path, {
    method: 'DELETE',
    headers: { authorization, 'persona-version': '2025-12-08' },
  });
  return NEVER;
}
