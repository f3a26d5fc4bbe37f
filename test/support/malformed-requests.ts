import fc from 'fast-check';
import type { Route } from './documented.ts';
import { PROVIDERS } from '../../packages/sandbox/providers.ts';

/** Part of every request. No response may contain it. */
export const MARKER = 'Fz7QmarkerX';

export const tokenCharacter = fc.constantFrom(...'abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-_!#$%&*+.^`|~');
/** All Latin-1 characters that do not end a line, including tabs and bytes that are not valid UTF-8. */
const visible = fc
  .integer({ min: 9, max: 255 })
  .filter((code) => code !== 10 && code !== 13 && (code >= 32 || code === 9) && code !== 127);
const value = fc.array(visible, { maxLength: 60 }).map((codes) => String.fromCharCode(...codes));
const SIGNATURES = ['t=1,v1=00', MARKER, '', 'zz', 'a'.repeat(64), `t=1,v1=${'a'.repeat(64)}`];
const KNOWN_HEADERS: readonly (readonly [string, readonly string[]])[] = [
  ['content-type', ['application/json', 'application/json; charset=utf-16', 'text/plain', ';', '']],
  ['content-encoding', ['gzip', 'br', 'identity']],
  ['accept', ['text/html', '*/*;q=0', 'application/xml']],
  ['authorization', ['Bearer', 'Bearer a.b.c', 'Basic eA==', `Bearer ${MARKER}.${MARKER}.${MARKER}`]],
  ['origin', ['null', 'https://evil.example', MARKER]],
  ['x-request-id', ['short', `${MARKER}\u00e9${MARKER}`, 'x'.repeat(200)]],
  ['x-forwarded-for', ['1.2.3.4', MARKER, '::1, ::2', '"'.repeat(50)]],
  ['x-forwarded-host', [MARKER]],
  ['x-http-method-override', ['DELETE']],
  ...Object.values(PROVIDERS).map(({ signatureHeader }) => [signatureHeader, SIGNATURES] as const),
  ['x-auth-client', [MARKER]],
  ['last-event-id', ['-1', '1e99', MARKER]],
  ['range', ['bytes=0-', 'bytes=9-1']],
  ['if-none-match', ['*']],
  ['upgrade', ['websocket', 'h2c']],
  ['accept-version', ['1', MARKER]],
  ['expect', ['100-continue']],
  ['cookie', [`a=${MARKER}`, '=;=;']],
  ['__proto__', [MARKER]],
  ['constructor', [MARKER]],
];
const header = fc.oneof(
  fc.tuple(
    fc.string({ unit: tokenCharacter, minLength: 1, maxLength: 20 }).map((name) => `x-${name}`),
    value,
  ),
  fc
    .constantFrom(...KNOWN_HEADERS)
    .chain(([name, values]) => fc.constantFrom(...values).map((one): [string, string] => [name, one])),
  fc.constantFrom(...KNOWN_HEADERS).chain(([name]) => value.map((any): [string, string] => [name, any])),
);
export const headers = fc.array(header, { maxLength: 8 });

/** Paths made of real paths, special characters and random text. */
export function addresses(routes: readonly Route[]): fc.Arbitrary<string> {
  const special = [
    '/',
    '//',
    '..',
    '%2e%2e',
    '%',
    '%ff',
    '%00',
    '%2f',
    ';',
    '*',
    ':',
    '\\',
    '?',
    '&',
    '=',
    '[]',
    '#',
  ];
  const piece = fc.oneof(
    fc.constantFrom(...special),
    fc.constantFrom(...routes.map(({ path }) => path), 'api', 'kyc', 'health', '__proto__', 'constructor'),
    fc.string({
      unit: fc.integer({ min: 33, max: 126 }).map((code) => String.fromCharCode(code)),
      maxLength: 12,
    }),
    fc.constant('a'.repeat(3_000)),
  );
  return fc.array(piece, { maxLength: 8 }).map((pieces) => `/${pieces.join('')}`);
}

/** A valid request with random changes, random bytes, and requests that are too large. */
export function brokenRequests(valid: Buffer): fc.Arbitrary<Buffer> {
  const lines = [
    'transfer-encoding: chunked\r\n',
    'content-length: 9\r\n',
    'host: b\r\n',
    'expect: much\r\n',
  ];
  const noise = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('\r\n', '\n', '\0', ':', ' ', ...lines).map((text) => Buffer.from(text)),
  );
  const edit = fc.record({ at: fc.nat(valid.length), drop: fc.nat(12), put: noise });
  const edited = fc.array(edit, { minLength: 1, maxLength: 3 }).map((edits) => edits.reduce(apply, valid));
  const anything = fc
    .uint8Array({ maxLength: 200 })
    .map((any) => Buffer.concat([any, Buffer.from('\r\n\r\n')]));
  const tooMuch = fc
    .constantFrom('x'.repeat(20_000), 'x: y\r\n'.repeat(3_000))
    .map((much) => apply(valid, { at: 40, drop: 0, put: Buffer.from(much) }));
  return fc.oneof({ weight: 6, arbitrary: edited }, anything, tooMuch);
}

function apply(bytes: Buffer, { at, drop, put }: { at: number; drop: number; put: Buffer }): Buffer {
  return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + drop)]);
}

const nested = (depth: number, open: string, close: string) => open.repeat(depth) + '1' + close.repeat(depth);
const MALFORMED_BODIES: readonly (string | Buffer)[] = [
  '',
  ' ',
  '{',
  'null',
  '1e999999',
  '-0',
  '"\\ud800"',
  '{"redirect_url":null}',
  '{"redirect_url":"\\u0000"}',
  '{"redirect_url":"a","redirect_url":"b"}',
  '{"__proto__":{"redirect_url":"x"}}',
  '{"constructor":{"prototype":{"redirect_url":"x"}}}',
  '{"redirect_url":{"toString":1,"length":1}}',
  '{"redirect_url":["https://app.example.com/kyc/return"]}',
  `{"n":${'9'.repeat(5_000)}}`,
  nested(100_000, '[', ']'),
  nested(50_000, '{"a":', '}'),
  nested(3_000, '{"redirect_url":', '}'),
  `[${'1,'.repeat(100_000)}1]`,
  `{${Array.from({ length: 20_000 }, (_, n) => `"${MARKER}${n}":1`).join(',')}}`,
  Buffer.from('\ufeff{}'),
  Buffer.from('{}', 'utf16le'),
  Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xab, 0xae, 5, 0]),
  Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
];
const WEBHOOK_LIMIT = 256 * 1024;

/** Bodies as clients and attackers send them, some with a size close to the limit. */
export const bodies: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...MALFORMED_BODIES).map((body) => Buffer.from(body)) },
  { weight: 3, arbitrary: fc.json({ maxDepth: 4 }).map((text) => Buffer.from(text)) },
  {
    weight: 3,
    arbitrary: fc
      .object({ key: fc.constantFrom('redirect_url', MARKER, '__proto__', 'a'), maxDepth: 3 })
      .map((any) => Buffer.from(JSON.stringify(any, asText))),
  },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(-1, 0, 1, 5_000).map((more) => Buffer.alloc(WEBHOOK_LIMIT + more, ' ')),
  },
);

function asText(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}
