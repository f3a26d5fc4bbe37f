import type { KycProvider } from './kyc-provider.ts';

/** Passes each call to the adapter of that moment, because an adapter keeps the secrets it was made with. */
export function currentProvider(name: string, adapter: () => KycProvider): KycProvider {
  return {
    name,
    get isTest() {
      return adapter().isTest;
    },
    createSession: (request, signal) => adapter().createSession(request, signal),
    recoverSession: (request, signal) => adapter().recoverSession(request, signal),
    resumeSession: (session, signal) => adapter().resumeSession(session, signal),
    readDecision: (sessionId, signal) => adapter().readDecision(sessionId, signal),
    readLookup: (lookup, signal) => adapter().readLookup(lookup, signal),
    eraseSession: (session, signal) => adapter().eraseSession(session, signal),
    checkAccess: (signal) => adapter().checkAccess(signal),
    receive: (delivery) => adapter().receive(delivery),
  };
}
