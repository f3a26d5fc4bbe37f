import {
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../../../src/kyc/providers/provider-errors.ts';
import type { RelayedRequest } from '../relay.ts';
import type { ProviderHarness } from '../provider-harness.ts';
import { cases } from './contract-case.ts';
import {
  asStored,
  expectPageOf,
  inTime,
  isCreate,
  move,
  newRequest,
  openSession,
  REDIRECT_URL,
  rejectionOf,
} from './steps.ts';

export const sessionCases = cases({
  'has the name of its definition and a signature header that no other provider sends': async (harness) => {
    const { name } = harness.adapter();
    const { signatureHeader } = harness;
    expect(name).toBe(harness.options.name);
    expect(name).toMatch(/^[a-z0-9_-]{1,50}$/);
    expect(signatureHeader).toBe(signatureHeader.toLowerCase());
    expect(Object.keys(harness.emulator.sign('{}'))).toContain(signatureHeader);
    for (const other of harness.others) expect(Object.keys(other.sign('{}'))).not.toContain(signatureHeader);
  },

  'sends the user id as the reference, and the redirect URL': async (harness) => {
    const { sessionId, userId } = await openSession(harness);
    const session = harness.emulator.sessions().find(({ id }) => id === sessionId);
    expect(session).toMatchObject({ reference: userId });
    const body = createsOf(harness).at(-1)?.body ?? '';
    expect([body, ...new URLSearchParams(body).values()].join('\n')).toContain(REDIRECT_URL);
  },

  'returns where the user continues the session, and until when': async (harness) => {
    const { hosted, sessionId } = await openSession(harness);
    expect(sessionId).toMatch(/^\P{Cc}{1,255}$/u);
    expect((hosted.expiresAt ?? new Date(Infinity)).getTime()).not.toBeLessThan(Date.now());
    await expectPageOf(harness, hosted);
  },

  'creates a separate session for each attempt': async (harness) => {
    const adapter = harness.adapter();
    const before = harness.emulator.sessions().length;
    const first = await openSession(harness, adapter);
    const second = await openSession(harness, adapter);
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(harness.emulator.sessions()).toHaveLength(before + 2);
  },

  'creates at most one session if the response to a create is lost': async (harness) => {
    const request = newRequest();
    const ours = () => harness.emulator.sessions().filter(({ reference }) => reference === request.userId);
    let isLost = false;
    harness.relay.change((answer, request) => {
      if (isLost || !isCreate(harness, request)) return answer;
      isLost = true;
      return null;
    });
    const created = await harness
      .adapter()
      .createSession(request, inTime())
      .catch((error: unknown) => error);
    expect(ours()).toHaveLength(1);
    if (harness.options.idempotency === null) {
      expect(created).toBeInstanceOf(ProviderUnavailableError);
      expect(created).toMatchObject({ isUnanswered: true, status: null });
      return;
    }
    // Under the key, the adapter can repeat the call at once. The same attempt finds the session after a crash too.
    const again = await harness.adapter().createSession(request, inTime());
    if (created instanceof ProviderUnavailableError) expect(created.isUnanswered).toBe(true);
    else expect(created).toMatchObject({ sessionId: ours()[0]?.id });
    expect(again.sessionId).toBe(ours()[0]?.id);
    expect(ours()).toHaveLength(1);
  },

  'repeats a create after a 500 only under an idempotency key': async (harness) => {
    harness.relay.change((answer, request) => {
      return isCreate(harness, request) ? { ...answer, status: 500, body: '{}' } : answer;
    });
    const before = createsOf(harness).length;
    const error = await rejectionOf(harness.adapter().createSession(newRequest(), inTime()));
    expect(error).toBeInstanceOf(ProviderUnavailableError);
    const creates = createsOf(harness).slice(before);
    const { idempotency } = harness.options;
    if (idempotency === null) return expect(creates).toHaveLength(1);

    const keys = creates.map(({ headers }) => headers[idempotency.header]);
    expect(keys).not.toContain(undefined);
    expect(keys.length).toBeLessThanOrEqual(2);
    // A provider that stores the 500 repeats it under the same key. Then the one repetition needs another key.
    expect(new Set(keys).size).toBe(idempotency.storesServerErrors ? keys.length : 1);
    harness.relay.behave();
    if (!idempotency.storesServerErrors) return;
    harness.emulator.misbehave({ status: 500, body: '{"errors":[]}', times: 1 });
    expect(await rejectionOf(openSession(harness))).toBeNull();
  },

  'resumes the same session as often as the user returns': async (harness) => {
    for (const decision of [null, ...harness.options.resumableAfter]) {
      const { hosted, sessionId } = await openSession(harness);
      if (decision !== null) await move(harness, sessionId, decision);
      const before = harness.emulator.sessions().length;
      const once = await harness.adapter().resumeSession(asStored(hosted), inTime());
      const twice = await harness.adapter().resumeSession(asStored(once), inTime());
      for (const resumed of [once, twice]) {
        expect(resumed.sessionId).toBe(sessionId);
        expect((resumed.expiresAt ?? new Date(Infinity)).getTime()).not.toBeLessThan(Date.now());
        await expectPageOf(harness, resumed);
      }
      expect(harness.emulator.sessions()).toHaveLength(before);
    }
  },

  'resumes a session in a new process and after a rotation of the secrets': async (harness) => {
    const { open, sessionId } = await openSession(harness, harness.adapter());
    harness.emulator.rotateSecret();
    const resumed = await harness
      .adapter()
      .resumeSession(open, inTime())
      .catch((error: unknown) => error);
    expect(resumed).toMatchObject({ sessionId });
  },

  'encrypts the resume token and binds it to its session': async (harness) => {
    const { hosted, open, sessionId } = await openSession(harness);
    const other = await openSession(harness);
    const note = hosted.resumeToken ?? '';
    const readings = [note, ...note.split('.').map((part) => Buffer.from(part, 'base64').toString())];
    for (const secret of [hosted.url, hosted.sdkToken]) {
      if (secret !== null) expect(readings.join('\n')).not.toContain(secret);
    }
    const mixedUp = { ...open, resumeToken: other.hosted.resumeToken };
    const resumed = await harness
      .adapter()
      .resumeSession(mixedUp, inTime())
      .catch((error: unknown) => error);
    if (resumed instanceof Error) return expect(resumed).toBeInstanceOf(SessionNotResumableError);
    expect(resumed).toMatchObject({ sessionId });
    expect((resumed as { url: unknown }).url).not.toBe(other.hosted.url);
  },

  'does not resume a session that is over': async (harness) => {
    for (const decision of harness.options.overAfter) {
      const { open, sessionId } = await openSession(harness);
      await move(harness, sessionId, decision);
      const error = await rejectionOf(harness.adapter().resumeSession(open, inTime()));
      expect(error).toBeInstanceOf(SessionNotResumableError);
    }
  },

  'does not resume a session that the provider does not know': async (harness) => {
    const { open } = await openSession(harness);
    const nobodys = { ...open, sessionId: harness.options.unknownSessionId };
    const error = await rejectionOf(harness.adapter().resumeSession(nobodys, inTime()));
    expect(error).toBeInstanceOf(SessionNotResumableError);
  },
});

function createsOf(harness: ProviderHarness): RelayedRequest[] {
  return harness.relay.requests().filter((request) => isCreate(harness, request));
}
