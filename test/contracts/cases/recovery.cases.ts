import { randomUUID } from 'node:crypto';
import type { HostedSession, SessionRequest } from '../../../src/kyc/providers/kyc-provider.ts';
import { ProviderUnavailableError } from '../../../src/kyc/providers/provider-errors.ts';
import type { ProviderHarness } from '../provider-harness.ts';
import { cases } from './contract-case.ts';
import { expectPageOf, inTime, isCreate, move, newRequest, openSession, rejectionOf } from './steps.ts';

export const recoveryCases = cases({
  'finds the session again whose create was never answered, and opens no second one': async (harness) => {
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

  'finds a session again that is over by now, for its verdict belongs to the attempt': async (harness) => {
    for (const decision of harness.options.overAfter) {
      const request = await createUnanswered(harness);
      const sessionId = sessionsOf(harness, request)[0]?.id ?? '';
      await move(harness, sessionId, decision);
      const found = await recover(harness, request);
      expect(found?.sessionId).toBe(harness.options.recovery === 'none' ? undefined : sessionId);
      expect(sessionsOf(harness, request)).toHaveLength(1);
    }
  },

  'opens nothing for an attempt that never reached the provider, or just the one session': async (
    harness,
  ) => {
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

  "hands out no other attempt's session, and no other user's": async (harness) => {
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
        const found = await recover(harness, other);
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

/** The provider opens the session, and nobody hears of it. */
async function createUnanswered(harness: ProviderHarness): Promise<SessionRequest> {
  const request = newRequest();
  harness.relay.change((answer, asked) => (isCreate(harness, asked) ? null : answer));
  const error = await rejectionOf(harness.adapter().createSession(request, inTime()));
  harness.relay.behave();
  expect(error).toBeInstanceOf(ProviderUnavailableError);
  expect(sessionsOf(harness, request)).toHaveLength(1);
  return request;
}

/** What is answered to the search for this attempt, where there is a search. */
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
