import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { hmacSha256Hex } from '../../../common/hmac.ts';
import type { Delivery, ReceivedEvent } from '../kyc-provider.ts';
import { SignatureRefusedError } from '../provider-errors.ts';
import { receiveDelivery } from './veriff.webhook.ts';

const KEY = '8e4c7f0a-0a3c-4a52-9d0f-6f0f6f8f1a2b';
const OLD = 'abcdef12-abcd-abcd-abcd-abcdef012345';
const NEW = 'fedcba98-dcba-dcba-dcba-fedcba987654';
const SESSION = '12df6045-3846-3e45-946a-14fa6136d78b';
const RECEIVED_AT = new Date('2026-03-05T00:00:00.000Z');

const BODY = JSON.stringify({ verification: { id: SESSION, status: 'approved', vendorData: 'user_42' } });

interface Vector {
  id: string;
  provider: string;
  secret: string;
  header: string;
  headerValue: string;
  expect: 'valid' | 'invalid';
  bodyBase64: string;
}
const vectorFile = new URL('../../../../test/contracts/veriff.vectors.json', import.meta.url);
const VECTORS = (JSON.parse(readFileSync(vectorFile, 'utf8')) as Vector[]).filter(
  ({ provider }) => provider === 'veriff',
);

function receive(body: string | Buffer, headers?: Delivery['headers'], secrets = [NEW, OLD]): ReceivedEvent {
  const bytes = Buffer.from(body);
  const signed = { 'x-auth-client': KEY, 'x-hmac-signature': hmacSha256Hex(OLD, bytes) };
  return receiveDelivery(
    { headers: headers ?? signed, body: bytes, receivedAt: RECEIVED_AT },
    { apiKey: KEY, secrets },
  );
}

describe('The signature of a Veriff delivery', () => {
  it('has at least four test vectors', () => {
    expect(VECTORS.length).toBeGreaterThanOrEqual(4);
  });

  it.each(VECTORS)('is $expect for the vector $id', (vector) => {
    const headers = { 'x-auth-client': KEY, [vector.header]: vector.headerValue };
    const attempt = () => receive(Buffer.from(vector.bodyBase64, 'base64'), headers, [vector.secret]);
    if (vector.expect === 'valid') expect(attempt().sessionId).toBe(SESSION);
    else expect(attempt).toThrow(SignatureRefusedError);
  });

  it.each([
    ['odd spacing', `{ "verification" :\n\t{"id":"${SESSION}", "status":"approved"} }`],
    ['a trailing newline', `${BODY}\r\n`],
    ['duplicate keys', `{"verification":1,"verification":{"id":"${SESSION}","status":"approved"}}`],
    [
      'numbers such as 1.0',
      `{"verification":{"id":"${SESSION}","status":"approved","riskScore":{"score":1.0}}}`,
    ],
    ['unicode escapes', `{"verification":{"id":"${SESSION}","status":"\\u0061pproved"}}`],
  ])('covers the raw bytes with %s', (_, body) => {
    expect(receive(body)).toMatchObject({ sessionId: SESSION, outcome: 'approved' });
  });

  it('is not valid if any byte is changed', () => {
    const signature = hmacSha256Hex(OLD, BODY);
    for (let index = 0; index < BODY.length; index += 1) {
      const altered = Buffer.from(BODY);
      altered[index] = (altered[index] ?? 0) ^ 1;
      const headers = { 'x-auth-client': KEY, 'x-hmac-signature': signature };
      expect(() => receive(altered, headers)).toThrow(SignatureRefusedError);
    }
  });

  it('is accepted under each secret of a rotation, in upper and lower case', () => {
    for (const secret of [NEW, OLD]) {
      const signature = hmacSha256Hex(secret, BODY).toUpperCase();
      const event = receive(BODY, { 'x-auth-client': KEY.toUpperCase(), 'x-hmac-signature': signature });
      expect(event.outcome).toBe('approved');
    }
  });

  it('is rejected if no secret or an empty secret is configured', () => {
    for (const secrets of [[], ['']]) {
      const headers = { 'x-auth-client': KEY, 'x-hmac-signature': hmacSha256Hex('', BODY) };
      expect(() => receive(BODY, headers, secrets)).toThrow(SignatureRefusedError);
    }
  });

  it.each<[string, Delivery['headers']]>([
    ['no signature', { 'x-auth-client': KEY }],
    [
      'the newer signature header alone',
      { 'x-auth-client': KEY, 'vrf-hmac-signature': hmacSha256Hex(OLD, BODY) },
    ],
    ['no client', { 'x-hmac-signature': hmacSha256Hex(OLD, BODY) }],
    ['another client', { 'x-auth-client': OLD, 'x-hmac-signature': hmacSha256Hex(OLD, BODY) }],
    [
      'another client although the newer header has the right one',
      { 'x-auth-client': OLD, 'vrf-auth-client': KEY, 'x-hmac-signature': hmacSha256Hex(OLD, BODY) },
    ],
    ['an empty signature', { 'x-auth-client': KEY, 'x-hmac-signature': '' }],
    ['a list of signatures', { 'x-auth-client': KEY, 'x-hmac-signature': [hmacSha256Hex(OLD, BODY)] }],
    [
      'two signatures joined',
      {
        'x-auth-client': KEY,
        'x-hmac-signature': `${hmacSha256Hex(OLD, BODY)}, ${hmacSha256Hex(OLD, BODY)}`,
      },
    ],
    [
      'two clients joined',
      { 'x-auth-client': `${KEY}, ${KEY}`, 'x-hmac-signature': hmacSha256Hex(OLD, BODY) },
    ],
    [
      'a prefixed signature',
      { 'x-auth-client': KEY, 'x-hmac-signature': `sha256=${hmacSha256Hex(OLD, BODY)}` },
    ],
  ])('is rejected with %s, and the message contains no secret and no header value', (_, headers) => {
    const attempt = () => receive(BODY, headers);
    expect(attempt).toThrow(SignatureRefusedError);
    const expectedSignature = hmacSha256Hex(OLD, BODY);
    expect(attempt).not.toThrow(new RegExp([OLD, NEW, KEY, expectedSignature].join('|')));
  });

  it('accepts the client from the newer header if the older header is missing', () => {
    const event = receive(BODY, { 'vrf-auth-client': KEY, 'x-hmac-signature': hmacSha256Hex(OLD, BODY) });
    expect(event.outcome).toBe('approved');
  });

  it('is rejected with SignatureRefusedError for all malformed headers', () => {
    const hex = fc.string({
      unit: fc.constantFrom(...'0123456789abcdefABCDEF'),
      minLength: 62,
      maxLength: 66,
    });
    const text = fc.oneof(fc.string({ unit: 'binary' }), hex, fc.constant(KEY));
    const value = fc.oneof(text, fc.array(text, { maxLength: 3 }), fc.constant(undefined));
    const headers = fc.record(
      {
        'x-auth-client': value,
        'vrf-auth-client': value,
        'x-hmac-signature': value,
        'vrf-hmac-signature': value,
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(headers, (sent) => {
        expect(() => receive(BODY, sent)).toThrow(SignatureRefusedError);
      }),
    );
  });

  it('is verified before the body is parsed', () => {
    expect(() => receive('{', { 'x-auth-client': KEY, 'x-hmac-signature': 'a'.repeat(64) })).toThrow(
      SignatureRefusedError,
    );
  });
});

describe('The key of a Veriff event', () => {
  it('is the hash of the signed bytes and does not depend on the headers', () => {
    const eventKey = `sha256:${createHash('sha256').update(BODY).digest('hex')}`;
    const signature = hmacSha256Hex(NEW, BODY);
    expect(receive(BODY).eventKey).toBe(eventKey);
    expect(
      receive(BODY, { 'vrf-auth-client': KEY, 'x-hmac-signature': signature, 'x-other': '1' }).eventKey,
    ).toBe(eventKey);
  });
});
