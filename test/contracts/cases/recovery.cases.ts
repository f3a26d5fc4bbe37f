import { randomUUID } from 'node:crypto';
import type { HostedSession, SessionRequest } from '../../../src/kyc/providers/kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/kyc/providers/provider-errors.ts';
import type { ProviderHarness } from '../provider-harness.ts';
import { cases } from './contract-case.ts';
import { expectPageOf, inTime, isCreate, move, newRequest, openSession, rejectionOf } from './steps.ts';

export const recoveryCases = cases({
  'recovers the session of a create without a response and creates no second one': async (harness) => {
    const request = await createUnanswered(harness);
    const [only] = sessionsOf(harness, request);
    for (let round = 0; round < 2; round += 1) {
      const found = await recover(harness, request);
      expect(found?.sessionId).toBe(harness.options.recovery === 'none' ? undefined : only?.id);
      if (found === null) continue;
      expect((found.expiresAt ?? new Date(Infinity)).getTime()).not.toBeLessThan(Date.now());
      await expectPageOf(harness, found);
    }
    expect(sessionsOf(harness, request)).toHaveLength(1);
  },

  'recovers a session that is over, because its verdict belongs to the attempt': async (harness) => {
    for (const decision of harness.options.overAfter) {
      const request = await createUnanswered(harness);
      const sessionId = sessionsOf(harness, request)[0]?.id ?? '';
      await move(harness, sessionId, decision);
      const found = await recover(harness, request);
      expect(found?.sessionId).toBe(harness.options.recovery === 'none' ? undefined : sessionId);
      expect(sessionsOf(harness, request)).toHaveLength(1);
    }
  },

  'creates at most one session for an attempt that never reached the provider': async (harness) => {
    const request = newRequest();
    const found = await recover(harness, request);
    if (harness.options.recovery !== 'key') {
      expect(found).toBeNull();
      return expect(sessionsOf(harness, request)).toEqual([]);
    }
    const again = await recover(harness, request);
    const created = await harness.adapter().createSession(request, inTime());
    expect(sessionsOf(harness, request)).toMatchObject([{ id: found?.sessionId }]);
    expect([again?.sessionId, created.sessionId]).toEqual([found?.sessionId, found?.sessionId]);
  },

  'recovers no session of another attempt or another user': async (harness) => {
    const { request, sessionId } = await openSession(harness);
    const listed = await listingOf(harness, request);
    const others = [
      { ...request, attemptId: randomUUID() },
      { ...request, userId: randomUUID() },
      newRequest(),
    ];
    for (const isFilterOverlooked of [false, true]) {
      harness.relay.change((answer, { path }) => {
        return isFilterOverlooked && listed?.path === path ? { ...answer, body: listed.body } : answer;
      });
      for (const other of others) {
        const found = await recover(harness, other).catch((error: unknown) => {
          // A provider can refuse a key that it knows from another request.
          expect(harness.options.recovery).toBe('key');
          expect(error).toBeInstanceOf(ProviderRefusedError);
          return null;
        });
        if (harness.options.recovery !== 'key') expect(found).toBeNull();
        expect(found?.sessionId).not.toBe(sessionId);
      }
    }
  },
});

const recover = (harness: ProviderHarness, request: SessionRequest): Promise<HostedSession | null> =>
  harness.adapter().recoverSession(request, inTime());

function sessionsOf({ emulator }: ProviderHarness, { userId }: SessionRequest): { id: string }[] {
  return emulator.sessions().filter(({ reference }) => reference === userId);
}

/** The provider creates the session, and its response is lost. */
async function createUnanswered(harness: ProviderHarness): Promise<SessionRequest> {
  const request = newRequest();
  harness.relay.change((answer, request) => (isCreate(harness, request) ? null : answer));
  const error = await rejectionOf(harness.adapter().createSession(request, inTime()));
  harness.relay.behave();
  expect(error).toBeInstanceOf(ProviderUnavailableError);
  expect(sessionsOf(harness, request)).toHaveLength(1);
  return request;
}

/** Replaces the response to the search for the attempt, if the provider has a search. */
async function listingOf(
  harness: ProviderHarness,
  request: SessionRequest,
): Promise<{ path: string; body: string } | null> {
  if (harness.options.recovery !== 'tag') return null;
  let listing: { path: string; body: string } | null = null;
  harness.relay.change((answer, { method, path }) => {
    if (method === 'GET') listing ??= { path, body: answer.body };
    return answer;
  });
  await recover(harness, request);
  harness.relay.behave();
  return listing;
}
