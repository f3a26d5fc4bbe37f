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
    name: 'calls itself something else',
    fails: ['goes by the name of its definition, and by a signature header that nobody else sends'],
    spoil: () => ({ name: 'Acme' }),
  },
  {
    name: 'listens to a header that all of them send',
    fails: ['goes by the name of its definition, and by a signature header that nobody else sends'],
    signatureHeader: 'content-type',
    spoil: () => ({}),
  },
  {
    name: 'gives the provider a reference of its own',
    fails: ['gives the provider our user id as its reference, and the way back'],
    spoil: asking((request) => ({ ...request, userId: randomUUID() })),
  },
  {
    name: 'forgets the way back',
    fails: ['gives the provider our user id as its reference, and the way back'],
    spoil: asking((request) => ({ ...request, redirectUrl: 'https://elsewhere.example/' })),
  },
  {
    name: 'opens a session without a way in',
    fails: ['tells where the user finds his session, and until when'],
    spoil: opening((hosted) => ({ ...hosted, url: null, sdkToken: null })),
  },
  {
    name: 'leads to a page that is not there',
    fails: ['tells where the user finds his session, and until when'],
    spoil: opening((hosted) => ({ ...hosted, url: `${hosted.url}/elsewhere` })),
  },
  {
    name: 'opens sessions that have lapsed',
    fails: ['tells where the user finds his session, and until when'],
    spoil: opening((hosted) => ({ ...hosted, expiresAt: new Date(0) })),
  },
  {
    name: 'hands out the same session again',
    fails: ['opens a session of its own for each attempt'],
    spoil: (adapter) => {
      let opened: Promise<HostedSession> | undefined;
      return { createSession: (request, signal) => (opened ??= adapter.createSession(request, signal)) };
    },
  },
  {
    name: 'asks again when an answer was lost',
    fails: ['leaves one session at most behind a create whose answer was lost'],
    at: ['veriff', 'onfido'],
    spoil: creatingAgain(({ isUnanswered }) => isUnanswered),
  },
  {
    name: 'does not know an attempt again',
    fails: ['leaves one session at most behind a create whose answer was lost'],
    at: ['persona'],
    spoil: asking((request) => ({ ...request, attemptId: randomUUID() })),
  },
  {
    name: 'repeats a create after a 500',
    fails: ['never repeats a create blindly after a 500'],
    spoil: creatingAgain(({ status }) => status === 500),
  },
  {
    name: 'opens another session where it should resume',
    fails: ['leads the user back into the very session, as often as he comes'],
    spoil: (adapter) => ({
      resumeSession: (_session, signal) => adapter.createSession(newRequest(), signal),
    }),
  },
  {
    name: 'opens a second session in passing',
    fails: ['leads the user back into the very session, as often as he comes'],
    spoil: (adapter) => ({
      resumeSession: async (session, signal) => {
        await adapter.createSession(newRequest(), signal);
        return adapter.resumeSession(session, signal);
      },
    }),
  },
  {
    name: 'knows only the sessions that it opened itself',
    fails: ['needs no memory of its own to lead the user back, nor the secret of the day he came'],
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
    name: 'unseals with the newest secret only',
    fails: ['needs no memory of its own to lead the user back, nor the secret of the day he came'],
    at: ['veriff'],
    spoil: (_adapter, { harness }) =>
      withOwnMethods(harness.adapter({ secrets: harness.secrets().slice(0, 1) })),
  },
  {
    name: 'keeps the way in as it is',
    fails: ['seals its note to itself: nobody reads it, and it opens no other session'],
    spoil: opening((hosted) => ({ ...hosted, resumeToken: hosted.url })),
  },
  {
    name: 'encodes the way in and calls it sealed',
    fails: ['seals its note to itself: nobody reads it, and it opens no other session'],
    spoil: opening((hosted) => ({
      ...hosted,
      resumeToken: `v1.${Buffer.from(hosted.url ?? '').toString('base64url')}`,
    })),
  },
  {
    name: 'goes by the note, whosever it is',
    fails: ['seals its note to itself: nobody reads it, and it opens no other session'],
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
    name: 'leads back into sessions that are over',
    fails: [
      'does not lead back into a session that is over',
      'does not lead back into a session that the provider does not know',
    ],
    spoil: resumingAnyway((session) => Promise.resolve(session)),
  },
  {
    name: 'takes the end of a session for an outage',
    fails: [
      'does not lead back into a session that is over',
      'does not lead back into a session that the provider does not know',
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
