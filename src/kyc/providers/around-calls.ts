import type { KycProvider } from './kyc-provider.ts';

export type CallName = 'create' | 'recover' | 'resume' | 'read' | 'lookup' | 'erase' | 'access';

/** Runs `call`, or replaces it. The signal is the signal that the caller passed to the provider. */
export type Around = <T>(
  call: (signal: AbortSignal) => Promise<T>,
  signal: AbortSignal,
  name: CallName,
) => Promise<T>;

/** Runs each call of the provider through `around`. A delivery is not a call, so `receive` is unchanged. */
export function aroundCalls(provider: KycProvider, around: Around): KycProvider {
  return {
    name: provider.name,
    get isTest() {
      return provider.isTest;
    },
    createSession: (request, given) =>
      around((signal) => provider.createSession(request, signal), given, 'create'),
    recoverSession: (request, given) =>
      around((signal) => provider.recoverSession(request, signal), given, 'recover'),
    resumeSession: (session, given) =>
      around((signal) => provider.resumeSession(session, signal), given, 'resume'),
    readDecision: (sessionId, given) =>
      around((signal) => provider.readDecision(sessionId, signal), given, 'read'),
    readLookup: (lookup, given) => around((signal) => provider.readLookup(lookup, signal), given, 'lookup'),
    eraseSession: (session, given) =>
      around((signal) => provider.eraseSession(session, signal), given, 'erase'),
    checkAccess: (given) => around((signal) => provider.checkAccess(signal), given, 'access'),
    receive: (delivery) => provider.receive(delivery),
  };
}
