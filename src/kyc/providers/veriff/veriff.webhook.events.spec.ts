import fc from 'fast-check';
import { hmacSha256Hex } from '../../../common/hmac.ts';
import type { ReceivedEvent } from '../kyc-provider.ts';
import { DeliveryMalformedError } from '../provider-errors.ts';
import { receiveDelivery } from './veriff.webhook.ts';

const KEY = '8e4c7f0a-0a3c-4a52-9d0f-6f0f6f8f1a2b';
const SECRET = 'abcdef12-abcd-abcd-abcd-abcdef012345';
const SESSION = '12df6045-3846-3e45-946a-14fa6136d78b';
const RECEIVED_AT = new Date('2026-03-05T00:00:00.000Z');
const DECIDED = '2026-03-04T10:20:30.123Z';
const ACCEPTED = '2026-03-04T10:15:00.000Z';

function receive(body: unknown): ReceivedEvent {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const headers = { 'x-auth-client': KEY, 'x-hmac-signature': hmacSha256Hex(SECRET, bytes) };
  return receiveDelivery(
    { headers, body: bytes, receivedAt: RECEIVED_AT },
    { apiKey: KEY, secrets: [SECRET] },
  );
}

function decision(changes: Record<string, unknown> = {}) {
  const verification = {
    id: SESSION,
    attemptId: '00bca969-b53a-4fad-b065-874d41a7b2b8',
    vendorData: 'user_42',
    endUserId: null,
    status: 'approved',
    code: 9001,
    reason: null,
    reasonCode: null,
    decisionTime: DECIDED,
    acceptanceTime: ACCEPTED,
    person: { firstName: 'JANE', lastName: 'DOE' },
    ...changes,
  };
  return { status: 'success', verification, technicalData: { ip: '203.0.113.7' } };
}

describe('A decision webhook', () => {
  it('becomes an event with nothing personal in it', () => {
    expect(receive(decision({ status: 'declined', code: 9102, reasonCode: 102 }))).toEqual({
      provider: 'veriff',
      eventKey: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      sessionId: SESSION,
      reference: 'user_42',
      outcome: 'declined',
      reason: 'other',
      occurredAt: new Date(DECIDED),
      lookup: null,
    });
  });

  it('is read by its status, whatever its code says', () => {
    expect(receive(decision({ status: 'approved', code: 9102 }))).toMatchObject({
      outcome: 'approved',
      reason: null,
    });
    expect(receive(decision({ status: 'declined', code: 9103 })).outcome).toBe('declined');
    expect(receive(decision({ status: 'resubmission_requested', code: 9102 })).outcome).toBe(
      'resubmission_requested',
    );
    expect(receive(decision({ status: 'abandoned', code: 9121 })).outcome).toBe('abandoned');
    expect(receive(decision({ status: 'celebrated', code: 9001 })).outcome).toBe('unknown');
  });

  it.each([
    ['approved', ACCEPTED],
    ['declined', ACCEPTED],
    ['review', ACCEPTED],
    ['resubmission_requested', ACCEPTED],
    ['expired', RECEIVED_AT],
    ['abandoned', RECEIVED_AT],
    ['celebrated', null],
  ])('that says %s at no time counts from %s', (status, time) => {
    const { occurredAt } = receive(decision({ status, decisionTime: null }));
    expect(occurredAt).toEqual(time === null ? null : new Date(time));
  });

  it.each([null, undefined, 'yesterday'])(
    'with no time at all (acceptance %j) counts from its arrival',
    (acceptanceTime) => {
      const { occurredAt } = receive(decision({ decisionTime: undefined, acceptanceTime }));
      expect(occurredAt).toEqual(RECEIVED_AT);
    },
  );

  it.each([null, undefined])('without our reference (%j) names none', (vendorData) => {
    expect(receive(decision({ vendorData })).reference).toBeNull();
  });

  it('stays a decision when Veriff adds properties to it', () => {
    const body = { ...decision(), eventType: 'new', action: 'new', id: 'other', sessionId: 'other' };
    expect(receive(body)).toMatchObject({ sessionId: SESSION, outcome: 'approved' });
  });

  it.each([
    ['no session', { id: undefined }],
    ['an empty session', { id: '' }],
    ['a number for a session', { id: 7 }],
    ['a session of 256 characters', { id: 'x'.repeat(256) }],
    ['a NUL in its session', { id: 'a\0b' }],
    ['no status', { status: undefined }],
    ['a status of 256 characters', { status: 'x'.repeat(256) }],
    ['a number for our reference', { vendorData: 42 }],
    ['an object for our reference', { vendorData: {} }],
    ['a time that is none', { decisionTime: 'yesterday' }],
    ['a time of no zone', { decisionTime: '2026-03-04T10:20:30' }],
    ['a day that is none', { decisionTime: '2026-02-30T10:20:30Z' }],
  ])('is malformed with %s', (_, changes) => {
    expect(() => receive(decision(changes))).toThrow(DeliveryMalformedError);
  });

  it('gains nothing from a __proto__', () => {
    const inner = `{"id":"${SESSION}","status":"declined","__proto__":{"decisionTime":"${DECIDED}","reasonCode":204}}`;
    expect(receive(`{"verification":${inner}}`)).toMatchObject({ reason: 'other', occurredAt: RECEIVED_AT });
    expect(() => receive(`{"__proto__":{"verification":${inner}}}`)).toThrow(DeliveryMalformedError);
    expect(Object.hasOwn(Object.prototype, 'decisionTime')).toBe(false);
  });
});

describe('An event webhook', () => {
  const event = { id: SESSION, feature: 'selfid', code: 7002, action: 'submitted', vendorData: 'user_42' };

  it.each([
    ['started', 'started'],
    ['submitted', 'submitted'],
    ['approved', 'unknown'],
    ['paused', 'unknown'],
  ])('that says %s is %s, older than anything with a date', (action, outcome) => {
    expect(receive({ ...event, action })).toMatchObject({
      sessionId: SESSION,
      reference: 'user_42',
      outcome,
      reason: null,
      occurredAt: null,
      lookup: null,
    });
  });

  it.each([{ id: undefined }, { id: 5 }, { action: 7002 }, { action: null }])(
    'is malformed with %j',
    (changes) => {
      expect(() => receive({ ...event, ...changes })).toThrow(DeliveryMalformedError);
    },
  );
});

describe('Another webhook of Veriff', () => {
  it.each([
    [
      'full-auto',
      {
        status: 'success',
        eventType: 'fullauto',
        data: { verification: { decision: 'approved', decisionScore: 1 } },
      },
    ],
    [
      'a user-defined status',
      { eventType: 'user-status.created', data: { verification: { status: 'approved' } } },
    ],
    ['a type of tomorrow', { eventType: 'confetti' }],
  ])('is recorded and never guessed at: %s', (_, body) => {
    const event = receive({ ...body, sessionId: SESSION, vendorData: 'user_42' });
    expect(event).toMatchObject({
      sessionId: SESSION,
      reference: 'user_42',
      outcome: 'unknown',
      occurredAt: null,
    });
  });

  it('need not name a session', () => {
    expect(receive({ eventType: 'confetti' }).sessionId).toBeNull();
  });
});

describe('Signed bytes of no documented shape', () => {
  it.each([
    ['nothing', ''],
    ['half an object', '{'],
    ['null', 'null'],
    ['a string', '"approved"'],
    ['a list', '[{"eventType":"x"}]'],
    ['an empty object', '{}'],
    ['no verification', '{"verification":null}'],
    ['an eventType that is no text', '{"eventType":1}'],
    ['deep nesting', '['.repeat(100_000)],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('are malformed: %s', (_, body) => {
    expect(() => receive(body)).toThrow(DeliveryMalformedError);
  });

  it('are malformed without a word of them in the message', () => {
    expect(() => receive('{"verification": JANE DOE')).not.toThrow(/JANE/);
    expect(() => receive(decision({ id: 7, vendorData: { name: 'JANE' } }))).not.toThrow(/JANE|DOE/);
  });

  it('are malformed or an event, and never anything else', () => {
    const word = fc.constantFrom(
      'verification',
      'id',
      'status',
      'action',
      'eventType',
      'sessionId',
      'approved',
    );
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 3 },
        word,
        fc.jsonValue(),
        fc.dictionary(word, tie('tree'), { maxKeys: 5, noNullPrototype: true }),
      ),
    }));
    fc.assert(
      fc.property(tree, (body) => {
        try {
          expect(receive(JSON.stringify(body)).eventKey).toHaveLength(71);
        } catch (error) {
          expect(error).toBeInstanceOf(DeliveryMalformedError);
        }
      }),
    );
  });
});
