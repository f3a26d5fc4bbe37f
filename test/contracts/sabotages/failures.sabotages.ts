import { CANARIES } from '../../../packages/sandbox/sandbox.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/kyc/providers/provider-errors.ts';
import { type Bench, called, type Sabotage } from './sabotage.ts';

export const failureSabotages: readonly Sabotage[] = [
  {
    name: 'reports a missing response as a refusal',
    fails: [
      'is unavailable if no server accepts the connection',
      'is unavailable if the connection breaks before or during the response',
    ],
    spoil: whereUnavailable(({ error }) => {
      if (error.isUnanswered) throw new ProviderRefusedError(error.provider, error.message);
      throw error;
    }),
  },
  {
    name: 'does not mark a missing response as unanswered',
    fails: [
      'is unavailable if no server accepts the connection',
      'is unavailable if the connection breaks before or during the response',
      'is unavailable if the provider responds with a server error',
    ],
    spoil: whereUnavailable(({ error }) => {
      throw new ProviderUnavailableError(error.provider, error.message);
    }),
  },
  {
    name: 'reads an outage as an undecided session',
    fails: [
      'is unavailable if no server accepts the connection',
      'is unavailable if the connection breaks before or during the response',
      'is unavailable if the provider responds with a server error',
      'is unavailable if the response does not have the documented shape',
    ],
    spoil: (adapter) => ({
      readDecision: (sessionId, signal) => adapter.readDecision(sessionId, signal).catch(() => null),
    }),
  },
  {
    name: 'recovers null during an outage',
    fails: [
      'is unavailable if no server accepts the connection',
      'is unavailable if the connection breaks before or during the response',
      'is unavailable if the provider responds with a server error',
      'is unavailable if the response does not have the documented shape',
    ],
    at: ({ recovery }) => recovery !== 'none',
    spoil: (adapter) => ({
      recoverSession: (request, signal) => adapter.recoverSession(request, signal).catch(() => null),
    }),
  },
  {
    name: 'ignores the signal',
    fails: ["ends a call when the caller's signal aborts, before or during the response"],
    spoil: called((call) => call(new AbortController().signal)),
  },
  {
    name: 'checks the signal only before the call',
    fails: ["ends a call when the caller's signal aborts, before or during the response"],
    spoil: called((call, signal) => call(signal.aborted ? signal : new AbortController().signal)),
  },
  {
    name: 'throws the error of the signal',
    fails: ["ends a call when the caller's signal aborts, before or during the response"],
    spoil: called((call, signal) =>
      call(signal).catch((error: unknown) => {
        signal.throwIfAborted();
        throw error;
      }),
    ),
  },
  {
    name: 'reports a server error as a refusal',
    fails: [
      'is unavailable if the provider responds with a server error',
      'passes on a plausible time to wait that the provider returns',
    ],
    spoil: whereUnavailable(({ error }) => {
      if (error.status === null) throw error;
      throw new ProviderRefusedError(error.provider, error.message);
    }),
  },
  {
    name: 'ignores the time to wait',
    fails: ['passes on a plausible time to wait that the provider returns'],
    spoil: whereUnavailable(({ error }) => {
      const { provider, message, status, isUnanswered } = error;
      throw new ProviderUnavailableError(provider, message, {
        ...(status !== null && { status }),
        isUnanswered,
      });
    }),
  },
  {
    name: 'passes on any time to wait',
    fails: ['passes on a plausible time to wait that the provider returns'],
    spoil: whereUnavailable(({ error }) => {
      const retryAfterSeconds = error.retryAfterSeconds === 7 ? 7 : 999_999_999;
      throw new ProviderUnavailableError(error.provider, error.message, { retryAfterSeconds });
    }),
  },
  {
    name: 'reports a refusal as unavailable',
    fails: ['is refused with the status if a retry cannot succeed'],
    spoil: called((call, signal) =>
      call(signal).catch((error: unknown) => {
        if (!(error instanceof ProviderRefusedError)) throw error;
        throw new ProviderUnavailableError(error.provider, error.message);
      }),
    ),
  },
  {
    name: 'omits the status of a refusal',
    fails: ['is refused with the status if a retry cannot succeed'],
    spoil: called((call, signal) =>
      call(signal).catch((error: unknown) => {
        if (!(error instanceof ProviderRefusedError)) throw error;
        throw new ProviderRefusedError(error.provider, error.message);
      }),
    ),
  },
  {
    name: 'throws a TypeError for a response of another shape',
    fails: ['is unavailable if the response does not have the documented shape'],
    spoil: whereUnavailable(({ error }) => {
      if (error.isUnanswered || error.status !== null) throw error;
      throw new TypeError("Cannot read properties of undefined (reading 'id')");
    }),
  },
  {
    name: 'follows redirects',
    fails: ['follows no redirect'],
    spoil: whereUnavailable(({ error, again }) => {
      if (error.status === null || error.status >= 400) throw error;
      return again();
    }),
  },
  {
    name: 'reads a response of any length',
    fails: ['reads no response of more than 1 MiB'],
    spoil: whereUnavailable(({ error, again, bench }) => {
      if (!error.isUnanswered) throw error;
      bench.harness.relay.behave();
      return again();
    }),
  },
  {
    name: 'reveals its credentials in the error',
    fails: ['reveals no credential, link or personal data in an error'],
    spoil: whereUnavailable(({ error, bench }) => {
      const request = { headers: { authorization: `Bearer ${bench.harness.credentials()[0]}` } };
      throw Object.assign(error, { cause: Object.assign(new Error('fetch failed'), { request }) });
    }),
  },
  {
    name: 'reveals the message of the JSON parser in the error',
    fails: ['reveals no credential, link or personal data in an error'],
    spoil: whereUnavailable(({ error }) => {
      if (error.isUnanswered || error.status !== null) throw error;
      const cause = new SyntaxError(`Unexpected token 'C', "${CANARIES.documentNumber}" is not valid JSON`);
      throw Object.assign(error, { cause });
    }),
  },
];

interface Failure<T> {
  error: ProviderUnavailableError;
  again(): Promise<T>;
  bench: Bench;
}

function whereUnavailable(instead: <T>(failure: Failure<T>) => Promise<T> | never): Sabotage['spoil'] {
  return called((call, signal, bench) =>
    call(signal).catch(async (error: unknown) => {
      if (!(error instanceof ProviderUnavailableError)) throw error;
      return instead({ error, again: () => call(signal), bench });
    }),
  );
}
