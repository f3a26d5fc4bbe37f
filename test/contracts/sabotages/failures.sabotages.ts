import { CANARIES } from '../../../packages/sandbox/sandbox.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/kyc/providers/provider-errors.ts';
import { type Bench, called, type Sabotage } from './sabotage.ts';

export const failureSabotages: readonly Sabotage[] = [
  {
    name: 'takes silence for a refusal',
    fails: [
      'is unavailable where nobody listens',
      'is unavailable where the line is cut, before the answer or in the middle of it',
    ],
    spoil: whereUnavailable(({ error }) => {
      if (error.isUnanswered) throw new ProviderRefusedError(error.provider, error.message);
      throw error;
    }),
  },
  {
    name: 'does not tell silence from an answer',
    fails: [
      'is unavailable where nobody listens',
      'is unavailable where the line is cut, before the answer or in the middle of it',
      'is unavailable where the provider has troubles of its own',
    ],
    spoil: whereUnavailable(({ error }) => {
      throw new ProviderUnavailableError(error.provider, error.message);
    }),
  },
  {
    name: 'calls an outage a session in which nothing happened',
    fails: [
      'is unavailable where nobody listens',
      'is unavailable where the line is cut, before the answer or in the middle of it',
      'is unavailable where the provider has troubles of its own',
      'is unavailable where the answer is of no documented shape',
    ],
    spoil: (adapter) => ({
      readDecision: (sessionId, signal) => adapter.readDecision(sessionId, signal).catch(() => null),
    }),
  },
  {
    name: 'calls an outage an attempt that never reached the provider',
    fails: [
      'is unavailable where nobody listens',
      'is unavailable where the line is cut, before the answer or in the middle of it',
      'is unavailable where the provider has troubles of its own',
      'is unavailable where the answer is of no documented shape',
    ],
    at: ['persona', 'onfido'],
    spoil: (adapter) => ({
      recoverSession: (request, signal) => adapter.recoverSession(request, signal).catch(() => null),
    }),
  },
  {
    name: 'does not look at the signal',
    fails: ["gives up when the caller's time is over, before the answer or in the middle of it"],
    spoil: called((call) => call(new AbortController().signal)),
  },
  {
    name: 'looks at the signal before it asks, and never again',
    fails: ["gives up when the caller's time is over, before the answer or in the middle of it"],
    spoil: called((call, signal) => call(signal.aborted ? signal : new AbortController().signal)),
  },
  {
    name: 'lets the error of the signal out',
    fails: ["gives up when the caller's time is over, before the answer or in the middle of it"],
    spoil: called((call, signal) =>
      call(signal).catch((error: unknown) => {
        signal.throwIfAborted();
        throw error;
      }),
    ),
  },
  {
    name: 'takes trouble for a refusal',
    fails: [
      'is unavailable where the provider has troubles of its own',
      'hands on when the provider wants to be asked again, where that makes sense',
    ],
    spoil: whereUnavailable(({ error }) => {
      if (error.status === null) throw error;
      throw new ProviderRefusedError(error.provider, error.message);
    }),
  },
  {
    name: 'does not hear when it should come back',
    fails: ['hands on when the provider wants to be asked again, where that makes sense'],
    spoil: whereUnavailable(({ error }) => {
      const { provider, message, status, isUnanswered } = error;
      throw new ProviderUnavailableError(provider, message, {
        ...(status !== null && { status }),
        isUnanswered,
      });
    }),
  },
  {
    name: 'comes back in a hundred years, if it is told so',
    fails: ['hands on when the provider wants to be asked again, where that makes sense'],
    spoil: whereUnavailable(({ error }) => {
      const retryAfterSeconds = error.retryAfterSeconds === 7 ? 7 : 999_999_999;
      throw new ProviderUnavailableError(error.provider, error.message, { retryAfterSeconds });
    }),
  },
  {
    name: 'would repeat for ever what was refused',
    fails: ['is refused where repeating would not help, and names the status'],
    spoil: called((call, signal) =>
      call(signal).catch((error: unknown) => {
        if (!(error instanceof ProviderRefusedError)) throw error;
        throw new ProviderUnavailableError(error.provider, error.message);
      }),
    ),
  },
  {
    name: 'forgets with which status it was refused',
    fails: ['is refused where repeating would not help, and names the status'],
    spoil: called((call, signal) =>
      call(signal).catch((error: unknown) => {
        if (!(error instanceof ProviderRefusedError)) throw error;
        throw new ProviderRefusedError(error.provider, error.message);
      }),
    ),
  },
  {
    name: 'lets a TypeError out where an answer is of another shape',
    fails: ['is unavailable where the answer is of no documented shape'],
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
    name: 'reads an answer of any length',
    fails: ['reads no answer of more than a mebibyte'],
    spoil: whereUnavailable(({ error, again, bench }) => {
      if (!error.isUnanswered) throw error;
      bench.harness.relay.behave();
      return again();
    }),
  },
  {
    name: 'carries its credentials in the error',
    fails: ['tells in no error a credential, a link or a person'],
    spoil: whereUnavailable(({ error, bench }) => {
      const request = { headers: { authorization: `Bearer ${bench.harness.credentials()[0]}` } };
      throw Object.assign(error, { cause: Object.assign(new Error('fetch failed'), { request }) });
    }),
  },
  {
    name: 'hands on what the parser says of the answer',
    fails: ['tells in no error a credential, a link or a person'],
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
