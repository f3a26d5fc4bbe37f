import { hmacSha256Hex } from '../../../common/hmac.ts';
import type { ReceivedEvent } from '../kyc-provider.ts';
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

describe('A decision webhook of Veriff', () => {
  it('becomes an event without personal data', () => {
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

  it('is read by its status and not by its code', () => {
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
  ])('with the status %s and no decision time has the time %s', (status, time) => {
    const { occurredAt } = receive(decision({ status, decisionTime: null }));
    expect(occurredAt).toEqual(time === null ? null : new Date(time));
  });

  it.each([null, undefined, 'yesterday'])(
    'without any time (acceptance time %j) has the time of its arrival',
    (acceptanceTime) => {
      const { occurredAt } = receive(decision({ decisionTime: undefined, acceptanceTime }));
      expect(occurredAt).toEqual(RECEIVED_AT);
    },
  );

  it.each([null, undefined])('without vendor data (%j) has no reference', (vendorData) => {
    expect(receive(decision({ vendorData })).reference).toBeNull();
  });

  it('is still a decision with additional properties', () => {
    const body = { ...decision(), eventType: 'new', action: 'new', id: 'other', sessionId: 'other' };
    expect(receive(body)).toMatchObject({ sessionId: SESSION, outcome: 'approved' });
  });

  it.each([
    ['no session', { id: undefined }],
    ['an empty session', { id: '' }],
    ['a number as session id', { id: 7 }],
    ['a session of 256 characters', { id: 'x'.repeat(256) }],
    ['a NUL in its session', { id: 'a\0b' }],
    ['no status', { status: undefined }],
    ['a status of 256 characters', { status: 'x'.repeat(256) }],
    ['a number as vendor data', { vendorData: 42 }],
    ['an object as vendor data', { vendorData: {} }],
    ['a malformed time', { decisionTime: 'yesterday' }],
    ['a time without a zone', { decisionTime: '2026-03-04T10:20:30' }],
    ['a day that does not exist', { decisionTime: '2026-02-30T10:20:30Z' }],
  ])('is unknown with %s', (_, changes) => {
    expect(receive(decision(changes))).toMatchObject({ outcome: 'unknown', sessionId: null });
  });

  it('reads no value from __proto__', () => {
    const inner = `{"id":"${SESSION}","status":"declined","__proto__":{"decisionTime":"${DECIDED}","reasonCode":204}}`;
    expect(receive(`{"verification":${inner}}`)).toMatchObject({ reason: 'other', occurredAt: RECEIVED_AT });
    expect(receive(`{"__proto__":{"verification":${inner}}}`).outcome).toBe('unknown');
    expect(Object.hasOwn(Object.prototype, 'decisionTime')).toBe(false);
  });
});

describe('An event webhook of Veriff', () => {
  const event = { id: SESSION, feature: 'selfid', code: 7002, action: 'submitted', vendorData: 'user_42' };

  it.each([
    ['started', 'started'],
    ['submitted', 'submitted'],
    ['approved', 'unknown'],
    ['paused', 'unknown'],
  ])('with the action %s has the outcome %s and no time', (action, outcome) => {
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
    'is unknown with %j',
    (changes) => {
      expect(receive({ ...event, ...changes })).toMatchObject({ outcome: 'unknown', sessionId: null });
    },
  );
});
