import { randomUUID } from 'node:crypto';
import { CANARIES, type Decision } from '../../../packages/sandbox/sandbox.ts';
import type { ErasableSession, Erasure, SessionRequest } from '../../../src/kyc/providers/kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/kyc/providers/provider-errors.ts';
import type { ProviderHarness } from '../provider-harness.ts';
import { cases } from './contract-case.ts';
import { printed } from './deliveries.cases.ts';
import { inTime, move, newRequest, openSession, rejectionOf } from './steps.ts';

/** The accepted difference between the clocks, plus one second because the provider's time has no fraction. */
const CLOCK_MS = 5_000;

export const erasureCases = cases({
  'erases a session in every state in which the provider allows it': async (harness) => {
    for (const decision of [null, ...erasableAfter(harness)]) {
      const sessionId = await sessionAfter(harness, decision);
      expect(isErased(harness, sessionId)).toBe(false);
      await erase(harness, sessionId);
      expect({ decision, isErased: isErased(harness, sessionId) }).toEqual({ decision, isErased: true });
    }
  },

  'returns the time at which the data is destroyed beyond recovery, if the provider returns it': async (
    harness,
  ) => {
    const { finalAfterMs } = harness.options.erasure;
    const before = Date.now();
    const { finalAt } = await erase(harness, await sessionAfter(harness, { outcome: 'approve' }));
    if (finalAfterMs === null) return expect(finalAt).toBeNull();
    const final = finalAt?.getTime() ?? 0;
    expect(final).toBeGreaterThan(before + finalAfterMs - CLOCK_MS);
    expect(final).toBeLessThan(Date.now() + finalAfterMs + CLOCK_MS);
  },

  'resolves for a session that is erased already or unknown to the provider': async (harness) => {
    const sessionId = await sessionAfter(harness, { outcome: 'approve' });
    for (let round = 0; round < 3; round += 1) await erase(harness, sessionId);
    expect(isErased(harness, sessionId)).toBe(true);
    await erase(harness, harness.options.unknownSessionId);
  },

  'completes an erasure whose earlier tries got no response': async (harness) => {
    // Each response of the provider is lost in turn, after the provider carried out the request.
    const sessionId = await sessionAfter(harness, { outcome: 'approve' });
    for (let answered = 0; answered < 5; answered += 1) {
      let left = answered;
      harness.relay.change((answer) => (left-- > 0 ? answer : null));
      await rejectionOf(harness.adapter().eraseSession(erasable(sessionId), inTime()));
    }
    harness.relay.behave();
    await erase(harness, sessionId);
    expect(isErased(harness, sessionId)).toBe(true);
  },

  'erases no session of another user': async (harness) => {
    const [earlier, sessionId, later] = [
      await sessionAfter(harness, { outcome: 'approve' }),
      await sessionAfter(harness, { outcome: 'approve' }),
      await sessionAfter(harness, { outcome: 'approve' }),
    ];
    await erase(harness, sessionId);
    await erase(harness, harness.options.unknownSessionId);
    for (const other of [earlier, later]) {
      expect(isErased(harness, other)).toBe(false);
      expect(await harness.adapter().readDecision(other, inTime())).toMatchObject({ outcome: 'approved' });
    }
  },

  'erases no newer session of the same user that must stay': async (harness) => {
    const request = newRequest();
    const create = (attempt: SessionRequest) => harness.adapter().createSession(attempt, inTime());
    const { sessionId } = await create(request);
    const newer = await create({ ...request, attemptId: randomUUID() });
    for (const id of [sessionId, newer.sessionId]) await move(harness, id, { outcome: 'approve' });
    for (let round = 0; round < 2; round += 1) {
      const erasure = await harness.adapter().eraseSession(erasable(sessionId, true), inTime());
      expect(isErased(harness, sessionId)).toBe(!erasure.hasKeptSharedData);
      expect(isErased(harness, newer.sessionId)).toBe(false);
    }
    expect(await harness.adapter().readDecision(newer.sessionId, inTime())).toMatchObject({
      outcome: 'approved',
    });
    await erase(harness, newer.sessionId);
    for (const id of [sessionId, newer.sessionId]) expect(isErased(harness, id)).toBe(true);
  },

  'rejects an erasure as unavailable if a retry can succeed, and erases nothing': async (harness) => {
    const { erasure } = harness.options;
    for (const decision of erasure.notYetAfter) {
      const sessionId = await sessionAfter(harness, decision);
      await expectUnavailable(harness, sessionId);
      await move(harness, sessionId, { outcome: 'approve' });
      await erase(harness, sessionId);
    }
    for (const status of [408, 429, 500, 503]) {
      const sessionId = await sessionAfter(harness, { outcome: 'approve' });
      harness.emulator.misbehave({ status, body: '{}' });
      expect((await expectUnavailable(harness, sessionId)).status).toBe(status);
      expect(isErased(harness, sessionId)).toBe(false);
      harness.emulator.behave();
      // Reads before the erasure succeed. Only the erasure itself fails.
      harness.relay.change((answer, request) =>
        erasure.isErasure(request) ? { ...answer, status } : answer,
      );
      expect((await expectUnavailable(harness, sessionId)).status).toBe(status);
      harness.relay.behave();
      await erase(harness, sessionId);
      expect(isErased(harness, sessionId)).toBe(true);
    }
    if (erasure.exhaust === null) return;
    erasure.exhaust(harness.sandbox);
    const granted: string[] = [];
    for (;;) {
      const sessionId = await sessionAfter(harness, { outcome: 'approve' });
      const error = await rejectionOf(harness.adapter().eraseSession(erasable(sessionId), inTime()));
      expect(isErased(harness, sessionId)).toBe(error === null);
      if (error === null && granted.push(sessionId) < 20) continue;
      expect(error).toBeInstanceOf(ProviderUnavailableError);
      return expect(granted.length).toBeGreaterThan(0);
    }
  },

  'rejects an erasure as refused if an operator must act first, and erases nothing': async (harness) => {
    const { switchOff } = harness.options.erasure;
    const sessionId = await sessionAfter(harness, { outcome: 'approve' });
    const refuse = async () => {
      const error = await rejectionOf(harness.adapter().eraseSession(erasable(sessionId), inTime()));
      expect(error).toBeInstanceOf(ProviderRefusedError);
      expect(isErased(harness, sessionId)).toBe(false);
    };
    for (const status of [401, 403]) {
      harness.emulator.misbehave({ status, body: '{}' });
      await refuse();
      harness.emulator.behave();
    }
    if (switchOff === null) return;
    switchOff(harness.sandbox);
    await refuse();
    harness.options.erasure.allow(harness.sandbox);
    await erase(harness, sessionId);
  },

  'erases nothing if the signal is aborted before the call': async (harness) => {
    const sessionId = await sessionAfter(harness, { outcome: 'approve' });
    const error = await rejectionOf(harness.adapter().eraseSession(erasable(sessionId), AbortSignal.abort()));
    expect(error).toBeInstanceOf(ProviderUnavailableError);
    expect(isErased(harness, sessionId)).toBe(false);
  },

  'puts only a valid id into the path of an erasure': async (harness) => {
    const sessionId = await sessionAfter(harness, { outcome: 'approve' });
    const before = harness.relay.requests().length;
    for (const id of ['', '.', '..', `../${sessionId}`, `${sessionId}?x`, `x/../${sessionId}`, '%2e%2e']) {
      const error = await rejectionOf(harness.adapter().eraseSession(erasable(id), inTime()));
      expect(error).toBeInstanceOf(ProviderRefusedError);
    }
    expect(harness.relay.requests()).toHaveLength(before);
  },

  'reveals no personal data in the result or error of an erasure': async (harness) => {
    const results: unknown[] = [await erase(harness, await sessionAfter(harness, { outcome: 'approve' }))];
    for (const status of [200, 404, 409, 429, 500]) {
      const sessionId = await sessionAfter(harness, { outcome: 'approve' });
      const body = JSON.stringify(CANARIES);
      harness.relay.change((answer, request) =>
        harness.options.erasure.isErasure(request) ? { ...answer, status, body } : answer,
      );
      results.push(await rejectionOf(harness.adapter().eraseSession(erasable(sessionId), inTime())));
      harness.relay.behave();
    }
    expect(results.filter((each) => each instanceof Error).length).toBeGreaterThan(0);
    for (const personal of Object.values(CANARIES))
      expect(results.map(printed).join()).not.toContain(personal);
  },
});

function erasableAfter({ options }: ProviderHarness): Decision[] {
  const notYet = options.erasure.notYetAfter.map(({ outcome }) => outcome);
  const decisions = options.decisions.map(({ decision }) => decision);
  const firstOfEach = decisions.filter(
    ({ outcome }, index) => decisions.findIndex((each) => each.outcome === outcome) === index,
  );
  return firstOfEach.filter(({ outcome }) => !notYet.includes(outcome));
}

async function sessionAfter(harness: ProviderHarness, decision: Decision | null): Promise<string> {
  const { sessionId } = await openSession(harness);
  if (decision !== null) await move(harness, sessionId, decision);
  return sessionId;
}

function erase(harness: ProviderHarness, sessionId: string): Promise<Erasure> {
  return harness.adapter().eraseSession(erasable(sessionId), inTime());
}

function erasable(sessionId: string, keepsSharedData = false): ErasableSession {
  return { sessionId, keepsSharedData, now: new Date() };
}

function isErased({ emulator }: ProviderHarness, sessionId: string): boolean | undefined {
  return emulator.sessions().find(({ id }) => id === sessionId)?.isErased;
}

async function expectUnavailable(
  harness: ProviderHarness,
  sessionId: string,
): Promise<ProviderUnavailableError> {
  const error = await rejectionOf(harness.adapter().eraseSession(erasable(sessionId), inTime()));
  expect(error).toBeInstanceOf(ProviderUnavailableError);
  return error as ProviderUnavailableError;
}
