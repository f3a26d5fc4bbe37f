import { randomUUID } from 'node:crypto';
import type { HostedSession, SessionRequest } from '../../../src/kyc/providers/kyc-provider.ts';
import {
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../../../src/kyc/providers/provider-errors.ts';
import { newRequest } from '../cases/steps.ts';
import { withOwnMethods, type Sabotage } from './sabotage.ts';

export const sessionSabotages: readonly Sabotage[] = [
  {
    name: 'has another name than its definition',
    fails: ['has the name of its definition and a signature header that no other provider sends'],
    spoil: () => ({ name: 'Acme' }),
  },
  {
    name: 'has a signature header that all providers send',
    fails: ['has the name of its definition and a signature header that no other provider sends'],
    signatureHeader: 'content-type',
    spoil: () => ({}),
  },
  {
    name: 'sends a random reference',
    fails: ['sends the user id as the reference, and the redirect URL'],
    spoil: asking((request) => ({ ...request, userId: randomUUID() })),
  },
  {
    name: 'sends another redirect URL',
    fails: ['sends the user id as the reference, and the redirect URL'],
    spoil: asking((request) => ({ ...request, redirectUrl: 'https://elsewhere.example/' })),
  },
  {
    name: 'creates a session without URL and token',
    fails: ['returns where the user continues the session, and until when'],
    spoil: opening((hosted) => ({ ...hosted, url: null, sdkToken: null })),
  },
  {
    name: 'returns the URL of a missing page',
    fails: ['returns where the user continues the session, and until when'],
    spoil: opening((hosted) => ({ ...hosted, url: `${hosted.url}/elsewhere` })),
  },
  {
    name: 'creates sessions that have expired',
    fails: ['returns where the user continues the session, and until when'],
    spoil: opening((hosted) => ({ ...hosted, expiresAt: new Date(0) })),
  },
  {
    name: 'returns the same session for each attempt',
    fails: ['creates a separate session for each attempt'],
    spoil: (adapter) => {
      let opened: Promise<HostedSession> | undefined;
      return { createSession: (request, signal) => (opened ??= adapter.createSession(request, signal)) };
    },
  },
  {
    name: 'repeats a create without a response',
    fails: ['creates at most one session if the response to a create is lost'],
    at: ({ idempotency }) => idempotency === null,
    spoil: creatingAgain(({ isUnanswered }) => isUnanswered),
  },
  {
    name: 'does not recognize the same attempt',
    fails: ['creates at most one session if the response to a create is lost'],
    at: ({ idempotency }) => idempotency !== null,
    spoil: asking((request) => ({ ...request, attemptId: randomUUID() })),
  },
  {
    name: 'repeats a create after a 500',
    fails: ['repeats a create after a 500 only under an idempotency key'],
    at: ({ idempotency }) => idempotency?.storesServerErrors ?? true,
    spoil: creatingAgain(({ status }) => status === 500),
  },
  {
    name: 'repeats a create after a 500 under a new key',
    fails: ['repeats a create after a 500 only under an idempotency key'],
    at: ({ idempotency }) => idempotency?.storesServerErrors === false,
    spoil: (adapter) => ({
      createSession: (request, signal) =>
        adapter.createSession(request, signal).catch((error: unknown) => {
          if (!(error instanceof ProviderUnavailableError) || error.status !== 500) throw error;
          return adapter.createSession({ ...request, attemptId: randomUUID() }, signal);
        }),
    }),
  },
  {
    name: 'creates a session instead of resuming it',
    fails: ['resumes the same session as often as the user returns'],
    spoil: (adapter) => ({
      resumeSession: (_session, signal) => adapter.createSession(newRequest(), signal),
    }),
  },
  {
    name: 'also creates a second session on resume',
    fails: ['resumes the same session as often as the user returns'],
    spoil: (adapter) => ({
      resumeSession: async (session, signal) => {
        await adapter.createSession(newRequest(), signal);
        return adapter.resumeSession(session, signal);
      },
    }),
  },
  {
    name: 'resumes only the sessions that it created itself',
    fails: ['resumes a session in a new process and after a rotation of the secrets'],
    spoil: (adapter) => {
      const known = new Set<string>();
      return {
        createSession: async (request, signal) => {
          const hosted = await adapter.createSession(request, signal);
          known.add(hosted.sessionId);
          return hosted;
        },
        resumeSession: async (session, signal) => {
          if (!known.has(session.sessionId)) throw new SessionNotResumableError(adapter.name, 'forgotten');
          return adapter.resumeSession(session, signal);
        },
      };
    },
  },
  {
    name: 'decrypts with the newest secret only',
    fails: ['resumes a session in a new process and after a rotation of the secrets'],
    at: ({ hasResumeToken }) => hasResumeToken,
    spoil: (_adapter, { harness }) =>
      withOwnMethods(harness.adapter({ secrets: harness.secrets().slice(0, 1) })),
  },
  {
    name: 'returns the URL as the resume token',
    fails: ['encrypts the resume token and binds it to its session'],
    spoil: opening((hosted) => ({ ...hosted, resumeToken: hosted.url })),
  },
  {
    name: 'encodes the resume token without encryption',
    fails: ['encrypts the resume token and binds it to its session'],
    spoil: opening((hosted) => ({
      ...hosted,
      resumeToken: `v1.${Buffer.from(hosted.url ?? '').toString('base64url')}`,
    })),
  },
  {
    name: 'accepts the resume token of another session',
    fails: ['encrypts the resume token and binds it to its session'],
    spoil: (adapter) => {
      const latest = opened.at(-1);
      return {
        createSession: async (request, signal) => {
          const hosted = await adapter.createSession(request, signal);
          opened.push(hosted);
          return hosted;
        },
        resumeSession: async () => latest ?? Promise.reject(new Error('nothing was opened')),
      };
    },
  },
  {
    name: 'resumes sessions that are over',
    fails: [
      'does not resume a session that is over',
      'does not resume a session that the provider does not know',
    ],
    spoil: resumingAnyway((session) => Promise.resolve(session)),
  },
  {
    name: 'reports a session that is over as an outage',
    fails: [
      'does not resume a session that is over',
      'does not resume a session that the provider does not know',
    ],
    spoil: resumingAnyway((session) =>
      Promise.reject(new ProviderUnavailableError('acme', `${session.sessionId} is over`)),
    ),
  },
];

const opened: HostedSession[] = [];

function asking(change: (request: SessionRequest) => SessionRequest): Sabotage['spoil'] {
  return (adapter) => ({
    createSession: (request, signal) => adapter.createSession(change(request), signal),
  });
}

function opening(change: (hosted: HostedSession) => HostedSession): Sabotage['spoil'] {
  return (adapter) => ({
    createSession: async (request, signal) => change(await adapter.createSession(request, signal)),
  });
}

function creatingAgain(isTempting: (error: ProviderUnavailableError) => boolean): Sabotage['spoil'] {
  return (adapter) => ({
    createSession: (request, signal) =>
      adapter.createSession(request, signal).catch((error: unknown) => {
        if (error instanceof ProviderUnavailableError && isTempting(error)) {
          return adapter.createSession(request, signal);
        }
        throw error;
      }),
  });
}

function resumingAnyway(instead: (session: HostedSession) => Promise<HostedSession>): Sabotage['spoil'] {
  return (adapter) => ({
    resumeSession: (session, signal) =>
      adapter.resumeSession(session, signal).catch((error: unknown) => {
        if (!(error instanceof SessionNotResumableError)) throw error;
        const { sessionId, resumeToken } = session;
        return instead({
          sessionId,
          url: 'https://x.example/',
          sdkToken: null,
          expiresAt: null,
          resumeToken,
        });
      }),
  });
}
