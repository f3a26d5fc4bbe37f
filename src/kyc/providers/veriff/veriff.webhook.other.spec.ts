import fc from 'fast-check';
import { hmacSha256Hex } from '../../../common/hmac.ts';
import type { ReceivedEvent } from '../kyc-provider.ts';
import { DeliveryMalformedError } from '../provider-errors.ts';
import { receiveDelivery } from './veriff.webhook.ts';

const KEY = '8e4c7f0a-0a3c-4a52-9d0f-6f0f6f8f1a2b';
const SECRET = 'abcdef12-abcd-abcd-abcd-abcdef012345';
const SESSION = '12df6045-3846-3e45-946a-14fa6136d78b';
const SCREENED = '2026-03-04T10:20:30.123Z';

function receive(body: unknown): ReceivedEvent {
  const bytes = Buffer.isBuffer(body)
    ? body
    : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const headers = { 'x-auth-client': KEY, 'x-hmac-signature': hmacSha256Hex(SECRET, bytes) };
  return receiveDelivery(
    { headers, body: bytes, receivedAt: new Date('2026-03-05T00:00:00.000Z') },
    { apiKey: KEY, secrets: [SECRET] },
  );
}

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
    ['a future type', { eventType: 'confetti' }],
    ['a check of INE', { eventType: 'ine_registry', data: { status: 'La credencial es válida', code: 200 } }],
    [
      'a check of CURP',
      { type: 'curp_registry', id: SESSION, sessionId: undefined, data: { status: 'found' } },
    ],
  ])('is recorded as unknown: %s', (_, body) => {
    const event = receive({ sessionId: SESSION, vendorData: 'user_42', ...body });
    expect(event).toMatchObject({
      sessionId: SESSION,
      reference: 'user_42',
      outcome: 'unknown',
      occurredAt: null,
    });
  });

  it('does not need a session', () => {
    expect(receive({ eventType: 'confetti' }).sessionId).toBeNull();
  });
});

describe('A watchlist screening of Veriff', () => {
  const screening = {
    checkType: 'updated_result',
    attemptId: '54233318-f81c-4ec4-8e4c-413168a3f5e6',
    sessionId: SESSION,
    vendorData: 'user_42',
    matchStatus: 'possible_match',
    searchTerm: { name: 'Jane Doe', year: '1980' },
    totalHits: 1,
    createdAt: SCREENED,
    hits: [{ matchedName: 'Jane Doe', countries: ['US'] }],
  };

  it.each(['possible_match', 'no_match'])('with %s is noted for operators without a name', (matchStatus) => {
    const event = receive({ ...screening, matchStatus });
    expect(event).toEqual({
      provider: 'veriff',
      eventKey: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      sessionId: SESSION,
      reference: 'user_42',
      outcome: 'noted',
      reason: null,
      occurredAt: new Date(SCREENED),
      lookup: null,
      note: `watchlist_screening: ${matchStatus}`,
    });
    expect(JSON.stringify(event)).not.toContain('Jane');
  });

  it.each(['approved', 'Jane Doe', null, undefined])('with the status %j is unknown', (matchStatus) => {
    const event = receive({ ...screening, matchStatus });
    expect(event).toMatchObject({ outcome: 'unknown', sessionId: SESSION });
    expect(event).not.toHaveProperty('note');
  });

  it.each([undefined, null, 'yesterday'])('without a time (%j) is undated', (createdAt) => {
    expect(receive({ ...screening, createdAt })).toMatchObject({ outcome: 'noted', occurredAt: null });
  });

  it('without a session is unknown', () => {
    expect(receive({ ...screening, sessionId: undefined }).outcome).toBe('unknown');
  });
});

describe('Signed JSON of Veriff of an unknown shape', () => {
  it.each([
    ['null', 'null'],
    ['a string', '"approved"'],
    ['a list', '[{"eventType":"x"}]'],
    ['an empty object', '{}'],
    ['no verification', '{"verification":null}'],
    ['an eventType that is not a string', '{"eventType":1}'],
  ])('is unknown: %s', (_, body) => {
    expect(receive(body)).toEqual({
      provider: 'veriff',
      eventKey: expect.stringMatching(/^unknown:sha256:[0-9a-f]{64}$/),
      sessionId: null,
      reference: null,
      outcome: 'unknown',
      reason: null,
      occurredAt: null,
      lookup: null,
      problem: expect.stringMatching(/^not the documented shape: [a-zA-Z_(), .]+$/),
    });
  });

  it('names the wrong fields and quotes no value', () => {
    const { problem } = receive({
      verification: { id: 7, status: 'approved', vendorData: { name: 'JANE' } },
    });
    expect(problem).toBe(
      'not the documented shape: verification.id (invalid_type), verification.vendorData (invalid_type)',
    );
  });
});

describe('A signed body of Veriff that is not JSON', () => {
  it.each([
    ['nothing', ''],
    ['half an object', '{'],
    ['deep nesting', '['.repeat(100_000)],
    ['bytes that are not UTF-8', Buffer.from([0x7b, 0xff, 0x7d])],
  ])('is malformed: %s', (_, body) => {
    expect(() => receive(body)).toThrow(DeliveryMalformedError);
  });

  it('is not quoted in the error', () => {
    expect(() => receive('{"verification": JANE DOE')).not.toThrow(/JANE/);
  });
});

describe('Signed JSON of Veriff', () => {
  it('becomes an event, whatever it contains', () => {
    const word = fc.constantFrom(
      'verification',
      'id',
      'status',
      'action',
      'eventType',
      'checkType',
      'matchStatus',
      'type',
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
        expect(receive(JSON.stringify(body)).eventKey).toMatch(/^(unknown:)?sha256:[0-9a-f]{64}$/);
      }),
    );
  });
});
