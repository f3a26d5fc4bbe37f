import { inspect } from 'node:util';
import { CANARIES } from '../../../packages/sandbox/sandbox.ts';
import { publicReason } from '../../../src/kyc/domain/rejection-reason.ts';
import { DeliveryMalformedError } from '../../../src/kyc/providers/provider-errors.ts';
import type { ProviderHarness } from '../provider-harness.ts';
import { cases } from './contract-case.ts';
import { strangeWords } from './decisions.cases.ts';
import {
  announceAll,
  approval,
  deliver,
  EVENT_TIME,
  expectWellFormed,
  expectedRejection,
  inTime,
  receiveVerdict,
  rejection,
  signed,
  thrownBy,
  withPersonalData,
} from './steps.ts';

export const deliveryCases = cases({
  'maps every decision to the outcome and reason of the gateway': async (harness) => {
    for (const { expected, webhook } of await announceAll(harness)) {
      const event = await harness.adapter().receive(deliver(webhook));
      expectWellFormed(harness, event);
      expect(event.lookup !== null).toBe(harness.options.hasThinEvents);
      const { outcome, reason = null } = expected;
      const verdict = await receiveVerdict(harness, webhook);
      expect(verdict).toMatchObject({ outcome, reason });
      if (verdict !== null) expectWellFormed(harness, verdict);
    }
  },

  'hides from a fraudster which finding led to the decline': async (harness) => {
    const all = await announceAll(harness);
    const frauds = all.filter(({ expected }) => expected.isFraud === true);
    expect(frauds.length).toBeGreaterThan(0);
    for (const { webhook } of frauds) {
      expect(publicReason((await receiveVerdict(harness, webhook))?.reason ?? null)).toBe('other');
    }
  },

  'puts session and user into every event': async (harness) => {
    for (const { opened, webhook } of await announceAll(harness)) {
      const { sessionId, userId: reference } = opened;
      expect(await receiveVerdict(harness, webhook)).toMatchObject({ sessionId, reference });
    }
  },

  "dates an event by the provider's time": async (harness) => {
    for (const { expected, webhook } of await announceAll(harness)) {
      const receivedAt = new Date(Date.now() + 60_000);
      const { occurredAt } = await harness.adapter().receive(deliver(webhook, receivedAt));
      const dates = { arrival: receivedAt, nothing: null };
      expect(occurredAt).toEqual(expected.datedBy === undefined ? EVENT_TIME : dates[expected.datedBy]);
    }
  },

  'makes the event key from signed bytes, so other headers or another time make no new event': async (
    harness,
  ) => {
    const adapter = harness.adapter();
    const { body, headers } = (await approval(harness)).webhook;
    const now = Date.now();
    const later = new Date(now + 120_000);
    const counted = Object.fromEntries(Object.keys(headers).map((name) => [`x-${name}`, headers[name]]));
    const copies = [
      await adapter.receive(deliver({ headers, body })),
      await harness.adapter().receive(deliver({ headers, body }, later)),
      await adapter.receive(deliver(signed(harness, body, { at: later }), later)),
    ];
    for (const id of ['1', '2']) {
      const others = { ...counted, 'x-request-id': id, date: id, 'user-agent': id, 'idempotency-key': id };
      copies.push(
        await adapter.receive({ headers: { ...headers, ...others }, body, receivedAt: new Date(now) }),
      );
    }
    expect(new Set(copies.map(({ eventKey }) => eventKey)).size).toBe(1);
  },

  'gives different keys to two events': async (harness) => {
    const { opened, webhook } = await approval(harness);
    const at = (seconds: number) => ({ at: new Date(EVENT_TIME.getTime() + seconds * 1000) });
    const webhooks = [
      webhook,
      (await approval(harness)).webhook,
      harness.emulator.webhookFor(opened.sessionId, expectedRejection(harness).decision, at(0)),
      harness.emulator.webhookFor(opened.sessionId, expectedRejection(harness).decision, at(1)),
      harness.emulator.webhookFor(opened.sessionId, { outcome: 'approve' }, at(2)),
    ];
    const keys = new Set<string>();
    for (const each of webhooks) keys.add((await harness.adapter().receive(deliver(each))).eventKey);
    expect(keys.size).toBe(webhooks.length);
  },

  'receives an undocumented status as unknown': async (harness) => {
    const { webhook } = await approval(harness);
    for (const approving of harness.options.approvalWords) {
      for (const word of strangeWords(approving)) {
        const body = webhook.body.toString().replaceAll(`"${approving}"`, `"${word}"`);
        const received: unknown[] = [];
        const error = await thrownBy(async () =>
          received.push(await harness.adapter().receive(deliver(signed(harness, body)))),
        );
        expect(error).toBeNull();
        expect(received).toMatchObject([{ outcome: 'unknown', reason: null }]);
      }
    }
  },

  'receives signed JSON of an unknown shape as unknown': async (harness) => {
    const adapter = harness.adapter();
    const bodies = await bodiesOfUnknownShape(harness);
    const keys = new Set<string>();
    for (const body of bodies) {
      const receive = () => adapter.receive(deliver(signed(harness, body)));
      expect({ body, error: await thrownBy(receive) }).toEqual({ body, error: null });
      const event = await receive();
      expectWellFormed(harness, event);
      expect({ body, event }).toMatchObject({ body, event: { outcome: 'unknown', lookup: null } });
      expect(await receive()).toEqual(event);
      keys.add(event.eventKey);
    }
    expect(keys.size).toBe(bodies.length);
  },

  'keeps no personal data of a delivery of an unknown shape': async (harness) => {
    const adapter = harness.adapter();
    const text = withPersonalData(harness, (await rejection(harness)).webhook).body.toString();
    const bodies = [`{"wrapped":${text}}`, text.replaceAll(/"id": ?"[^"]*"/g, '"id":17')];
    for (const body of bodies) {
      const event = await adapter.receive(deliver(signed(harness, body)));
      for (const canary of Object.values(CANARIES)) {
        expect(body).toContain(CANARIES.documentNumber);
        expect(JSON.stringify(event)).not.toContain(canary);
      }
    }
  },

  'rejects a signed delivery that is not JSON': async (harness) => {
    const text = (await approval(harness)).webhook.body.toString();
    const wrong = ['', ' ', 'no JSON', text.slice(0, -9), text + text, `${text},`, `\ufeff${text}`, '\u0000'];
    for (const body of wrong) {
      const error = await thrownBy(() => harness.adapter().receive(deliver(signed(harness, body))));
      expect(error).toBeInstanceOf(DeliveryMalformedError);
    }
  },

  'accepts no inherited property and survives deep nesting in a delivery': async (harness) => {
    const adapter = harness.adapter();
    const { webhook } = await rejection(harness);
    const text = webhook.body.toString();
    const genuine = await adapter.receive(deliver(webhook));
    const hostile =
      '"__proto__":{"status":"approved","polluted":true},"constructor":{"prototype":{"polluted":true}},';
    const deep = `"deep":${'{"a":['.repeat(20_000)}${']}'.repeat(20_000)},`;
    for (const addition of [hostile, '"hasOwnProperty":1,"toString":2,"valueOf":3,', '"then":{"a":1},']) {
      const body = text.replaceAll(/\{(?=\s*")/g, `{${addition}`);
      const { eventKey: _eventKey, ...event } = await adapter.receive(deliver(signed(harness, body)));
      const { eventKey: _genuineKey, ...expected } = genuine;
      expect(event).toEqual(expected);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    }
    const error = await thrownBy(() =>
      adapter.receive(deliver(signed(harness, text.replace('{', `{${deep}`)))),
    );
    expect(error === null ? DeliveryMalformedError : (error as Error).constructor).toBe(
      DeliveryMalformedError,
    );
  },

  'receives a delivery without a call and without changing it': async (harness) => {
    const { webhook } = await approval(harness);
    const before = harness.relay.requests().length;
    const body = Buffer.from(webhook.body);
    const delivery = Object.freeze({
      ...deliver(webhook),
      headers: Object.freeze({ ...webhook.headers }),
      body,
    });
    const adapter = harness.adapter();
    const event = await adapter.receive(delivery);
    expect(body.equals(webhook.body)).toBe(true);
    expect(await adapter.receive(delivery)).toEqual(event);
    expect(harness.relay.requests()).toHaveLength(before);
  },

  'drops all personal data of a delivery': async (harness) => {
    for (const { opened, webhook } of await announceAll(harness)) {
      const received = [];
      for (const each of [webhook, withPersonalData(harness, webhook)]) {
        received.push(await harness.adapter().receive(deliver(each)), await receiveVerdict(harness, each));
      }
      const read = await harness.adapter().readDecision(opened.sessionId, inTime());
      for (const canary of Object.values(CANARIES)) {
        expect(JSON.stringify([received, read])).not.toContain(canary);
      }
    }
  },

  'quotes nothing of a rejected delivery in the error': async (harness) => {
    const { headers, body } = withPersonalData(harness, (await rejection(harness)).webhook);
    const text = body.toString();
    expect(text).toContain(CANARIES.documentNumber);
    const cut = text.slice(0, text.indexOf(CANARIES.documentNumber) + CANARIES.documentNumber.length + 1);
    const refused = [
      { headers, body: Buffer.from(`${text} `) },
      ...[cut, `${CANARIES.documentNumber}${text}`].map((each) => signed(harness, each)),
    ];
    for (const webhook of refused) {
      const error = await thrownBy(() => harness.adapter().receive(deliver(webhook)));
      expect(error).toBeInstanceOf(Error);
      const secrets = [...Object.values(CANARIES), ...harness.credentials()];
      const signature = webhook.headers[harness.signatureHeader];
      for (const secret of [...secrets, signature]) expect(printed(error)).not.toContain(secret);
    }
  },
});

/** Signed JSON of which an adapter must not guess a verdict, though some of it contains an approval. */
async function bodiesOfUnknownShape(harness: ProviderHarness): Promise<string[]> {
  const { opened, webhook } = await approval(harness);
  const text = webhook.body.toString();
  const withId = (json: string) => text.replaceAll(`"${opened.sessionId}"`, json);
  const badIds = ['17', 'null', '{}', '[]', 'true', '""', String.raw`"a\u0000b"`, `"${'x'.repeat(256)}"`];
  return [
    `[${text}]`,
    `{"wrapped":${text}}`,
    JSON.stringify(text),
    '[]',
    'null',
    '"text"',
    '17',
    'true',
    '{}',
    '{"payload":null,"data":null,"verification":null}',
    '{"status":"approved","outcome":"approved","action":{"approved":true}}',
    ...badIds.map(withId),
  ];
}

/** Everything that a logger can print of an error. */
export function printed(error: unknown): string {
  return `${inspect(error, { depth: 10, showHidden: true, maxStringLength: null })}\n${JSON.stringify(error)}`;
}
