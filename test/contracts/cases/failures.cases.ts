import { CANARIES } from '../../../packages/sandbox/sandbox.ts';
import type { KycProvider } from '../../../src/kyc/providers/kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
} from '../../../src/kyc/providers/provider-errors.ts';
import type { ProviderHarness } from '../provider-harness.ts';
import { LATE_MS, type RelayedResponse } from '../relay.ts';
import { cases } from './contract-case.ts';
import { printed } from './deliveries.cases.ts';
import { deliver, inTime, move, newRequest, openSession, rejectionOf } from './steps.ts';

type Call = (adapter: KycProvider, signal: AbortSignal) => Promise<unknown>;

const CLOSED_PORT = 'http://127.0.0.1:1';
const MORE_THAN_A_MEBIBYTE = ' '.repeat(1024 * 1024);

export const failureCases = cases({
  'is unavailable if no server accepts the connection': async (harness) => {
    const calls = await everyCall(harness);
    const adapter = harness.adapter({ apiUrl: CLOSED_PORT + harness.apiPath });
    for (const call of calls)
      await expectUnavailable(call(adapter, inTime()), { isUnanswered: true, status: null });
  },

  'is unavailable if the connection breaks before or during the response': async (harness) => {
    const calls = await everyCall(harness);
    const unanswered = { isUnanswered: true, status: null };
    harness.emulator.misbehave({ disconnect: true });
    for (const call of calls) await expectUnavailable(call(harness.adapter(), inTime()), unanswered);
    harness.emulator.behave();
    harness.relay.change((answer) => ({ ...answer, secondHalf: 'never' }));
    for (const call of calls) await expectUnavailable(call(harness.adapter(), inTime()), unanswered);
  },

  "ends a call when the caller's signal aborts, before or during the response": async (harness) => {
    const calls = await everyCall(harness);
    for (const call of calls) await expectUnavailable(call(harness.adapter(), AbortSignal.abort()));
    harness.emulator.misbehave({ delayMs: LATE_MS });
    for (const call of calls) await expectUnavailable(call(harness.adapter(), AbortSignal.timeout(100)));
    harness.emulator.behave();
    harness.relay.change((answer) => ({ ...answer, secondHalf: 'late' }));
    for (const call of calls) await expectUnavailable(call(harness.adapter(), AbortSignal.timeout(100)));
  },

  'is unavailable if the provider responds with a server error': async (harness) => {
    const calls = await everyCall(harness);
    for (const status of [408, 429, 500, 502, 503, 504]) {
      harness.emulator.misbehave({ status, body: '{}' });
      for (const call of calls) await expectUnavailable(call(harness.adapter(), inTime()), { status });
    }
  },

  'passes on a plausible time to wait that the provider returns': async (harness) => {
    const calls = await everyCall(harness);
    const hintedBy = async (headers: Record<string, string>) => {
      harness.emulator.misbehave({ status: 429, body: '{}', headers });
      return Promise.all(
        calls.map(async (call) => {
          const error = await expectUnavailable(call(harness.adapter(), inTime()));
          return error.retryAfterSeconds;
        }),
      );
    };
    for (const header of ['retry-after', ...harness.options.retryHeaders]) {
      expect(await hintedBy({ [header]: '7' })).toEqual(calls.map(() => 7));
      for (const nonsense of ['soon', '0', '-1', '1.5', '999999999', '']) {
        for (const seconds of await hintedBy({ [header]: nonsense })) {
          expect(seconds).toBeGreaterThan(0);
          expect(seconds).toBeLessThanOrEqual(3_600);
        }
      }
    }
  },

  'is refused with the status if a retry cannot succeed': async (harness) => {
    const calls = await everyCall(harness);
    for (const status of [400, 401, 403, 422]) {
      harness.emulator.misbehave({ status, body: '{}' });
      for (const call of calls) {
        await expectRefused(call(harness.adapter(), inTime()), status);
      }
    }
    harness.emulator.behave();
    const unknown = harness.adapter().readDecision(harness.options.unknownSessionId, inTime());
    await expectRefused(unknown, 404);
  },

  'is unavailable if the response does not have the documented shape': async (harness) => {
    const calls = await everyCall(harness);
    for (const body of [
      '<html>Welcome</html>',
      '',
      '{"data":',
      '{}',
      '[17]',
      'null',
      '"text"',
      '17',
      '{"error":{}}',
    ]) {
      harness.emulator.misbehave({ status: 200, body });
      for (const call of calls) await expectUnavailable(call(harness.adapter(), inTime()));
    }
    harness.emulator.behave();
    const { sessionId } = await openSession(harness);
    await move(harness, sessionId, { outcome: 'approve' });
    harness.relay.change((answer) => ({
      ...answer,
      body: answer.body.replaceAll(/"id":\s*"/g, '$&\\u0000'),
    }));
    await expectUnavailable(openSession(harness));
    await expectUnavailable(harness.adapter().readDecision(sessionId, inTime()));
  },

  'follows no redirect': async (harness) => {
    for (const status of [301, 302, 303, 307, 308]) {
      for (const call of await everyCall(harness)) {
        const before = harness.relay.requests().length;
        let isFirst = true;
        // An adapter that follows gets the original response, from another address because the same one looks like a loop.
        harness.relay.change((answer, { path }) => {
          if (!isFirst) return answer;
          isFirst = false;
          return { status, headers: { location: `${harness.relay.origin}${path}?again` }, body: '' };
        });
        await expectUnavailable(call(harness.adapter(), inTime()));
        expect(harness.relay.requests()).toHaveLength(before + 1);
        harness.relay.behave();
      }
    }
  },

  'reads no response of more than 1 MiB': async (harness) => {
    const calls = await everyCall(harness);
    harness.relay.change((answer) => ({ ...answer, body: answer.body + MORE_THAN_A_MEBIBYTE }));
    for (const call of calls) await expectUnavailable(call(harness.adapter(), inTime()));
  },

  'reveals no credential, link or personal data in an error': async (harness) => {
    const calls = await everyCall(harness);
    const links: string[] = [];
    const broken: ((answer: RelayedResponse) => RelayedResponse | null)[] = [
      () => null,
      (answer) => ({ ...answer, status: 401, body: JSON.stringify(CANARIES) }),
      (answer) => ({ ...answer, status: 500, body: JSON.stringify(CANARIES) }),
      (answer) => ({
        ...answer,
        status: 302,
        headers: { location: `https://x.example/${CANARIES.documentNumber}` },
      }),
      (answer) => ({ ...answer, body: `${CANARIES.documentNumber} ${answer.body}` }),
      (answer) => ({
        ...answer,
        body: answer.body.replaceAll(/"id":\s*"/g, `$&\\u0000${CANARIES.documentNumber}`),
      }),
      (answer) => ({ ...answer, secondHalf: 'never' }),
    ];
    for (const breakIt of broken) {
      harness.relay.change((answer) => {
        links.push(...(answer.body.match(/http:[^"]+\/hosted\/[^"]+|eyJ[\w.-]{20,}/g) ?? []));
        return breakIt(answer);
      });
      for (const call of calls) {
        const text = printed(await rejectionOf(call(harness.adapter(), inTime())));
        for (const secret of [...harness.credentials(), ...Object.values(CANARIES), ...links]) {
          expect(text).not.toContain(secret);
        }
      }
    }
    expect(links.length).toBeGreaterThan(0);
  },
});

/** All calls to the provider, in a state in which each of them succeeds. */
async function everyCall(harness: ProviderHarness): Promise<Call[]> {
  const { open, request, sessionId } = await openSession(harness);
  const calls: Call[] = [
    (adapter, signal) => adapter.createSession(newRequest(), signal),
    (adapter, signal) => adapter.resumeSession(open, signal),
    (adapter, signal) => adapter.readDecision(sessionId, signal),
  ];
  if (harness.options.recovery !== 'none') {
    calls.push((adapter, signal) => adapter.recoverSession(request, signal));
  }
  for (const { webhookFor } of harness.options.announcements.slice(0, 1)) {
    const checked = await openSession(harness);
    const event = await harness.adapter().receive(deliver(webhookFor(harness.sandbox, checked.sessionId)));
    calls.push((adapter, signal) => adapter.readLookup(event.lookup ?? '', signal));
  }
  calls.push((adapter, signal) => adapter.checkAccess(signal));
  const erasable = await openSession(harness);
  for (const call of calls.slice(1)) expect(await rejectionOf(call(harness.adapter(), inTime()))).toBeNull();
  // Not called before, because an erasure succeeds once and then has nothing left to erase.
  calls.push((adapter, signal) =>
    adapter.eraseSession({ sessionId: erasable.sessionId, keepsSharedData: false, now: new Date() }, signal),
  );
  return calls;
}

async function expectRefused(promise: Promise<unknown>, status: number): Promise<void> {
  const error = await rejectionOf(promise);
  expect(error).toBeInstanceOf(ProviderRefusedError);
  expect(error).toMatchObject({ status });
}

async function expectUnavailable(
  promise: Promise<unknown>,
  expected: { status?: number | null; isUnanswered?: boolean } = {},
): Promise<ProviderUnavailableError> {
  const error = await rejectionOf(promise);
  expect(error).toBeInstanceOf(ProviderUnavailableError);
  expect(error).toMatchObject(expected);
  return error as ProviderUnavailableError;
}
