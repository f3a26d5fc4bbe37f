import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { hmacSha256Hex } from '../../../common/hmac.ts';
import { SignatureRefusedError } from '../provider-errors.ts';
import { verifySignature } from './persona.webhook.ts';

interface Vector {
  id: string;
  provider: string;
  secret: string;
  headerValue: string;
  expect: 'valid' | 'invalid';
  t: string;
  bodyBase64: string;
}

const ALL_VECTORS = JSON.parse(readFileSync('test/contracts/persona.vectors.json', 'utf8')) as Vector[];
const VECTORS = ALL_VECTORS.filter(({ provider }) => provider === 'persona');
const SECRET = 'wbhsec_spec_0123456789';
const OTHER = 'wbhsec_spec_9876543210';
const BODY = Buffer.from('{"amount":1.0}');
const T = 1_772_619_630;
const NOW = new Date(T * 1000);

const group = (secret = SECRET, t: number | string = T): string => {
  return `t=${t},v1=${hmacSha256Hex(secret, `${t}.`, BODY)}`;
};
const verifying = (header: unknown, secrets: readonly string[] = [SECRET], receivedAt = NOW) => {
  return (): void => verifySignature(header, BODY, secrets, receivedAt);
};

describe('The signature vectors of Persona', () => {
  it('exist', () => expect(VECTORS.length).toBeGreaterThan(8));

  it.each(VECTORS)('$id is $expect', (vector) => {
    const receivedAt = new Date(Number(vector.t) * 1000 + 2_000);
    const verify = (): void => {
      verifySignature(
        vector.headerValue,
        Buffer.from(vector.bodyBase64, 'base64'),
        [vector.secret],
        receivedAt,
      );
    };
    if (vector.expect === 'valid') expect(verify).not.toThrow();
    else expect(verify).toThrow(SignatureRefusedError);
  });
});

describe('The signature of a Persona delivery', () => {
  it.each([
    ['v1 before t', group().split(',').toReversed().join(',')],
    ['another scheme beside v1', `${group()},v0=abc`],
    ['another scheme with an odd value', `v0==,${group()}`],
    ['upper-case hex', `t=${T},v1=${hmacSha256Hex(SECRET, `${T}.`, BODY).toUpperCase()}`],
    ['white space around it', ` ${group()}\t`],
    [
      'four groups of which only the last is valid',
      `${group(OTHER)} ${group(OTHER)} ${group(OTHER)} ${group()}`,
    ],
    ['a stale group beside a fresh one', `${group(SECRET, T - 9_000)} ${group()}`],
  ])('is accepted with %s', (_, header) => {
    expect(verifying(header)).not.toThrow();
  });

  it.each<[string, unknown]>([
    ['the header is missing', undefined],
    ['the header came as a list', [group()]],
    ['the header is empty', ''],
    ['the header is white space', ' \t '],
    ['it is preceded by something else', `sha256 ${group()}`],
    ['t is missing', group().split(',')[1]],
    ['t is not a number', `t=now,v1=${'a'.repeat(64)}`],
    ['t is negative', group(SECRET, -1)],
    ['t stands twice', `t=${T},${group()}`],
    ['v1 stands twice', `${group()},v1=${'a'.repeat(64)}`],
    ['v1 is too short', group().slice(0, -1)],
    ['v1 is not hex', `t=${T},v1=${'z'.repeat(64)}`],
    ['only v0 is valid', group().replace('v1', 'v0')],
    ['a comma is left over', `${group()},`],
    ['two groups are joined by a comma and a space', `${group()}, ${group()}`],
    ['there are five groups', Array(5).fill(group()).join(' ')],
    ['the header is longer than 1 KiB', `${group()},v0=${'a'.repeat(1024)}`],
    ['it was made with another secret', group(OTHER)],
    ['t was changed', group().replace(`t=${T}`, `t=${T + 1}`)],
    ['t is written in another way than it is signed', group().replace(`t=${T}`, `t=0${T}`)],
  ])('is rejected if %s', (_, header) => {
    expect(verifying(header)).toThrow(SignatureRefusedError);
  });

  it.each([[[]], [['']]])('is rejected if the configured secrets are %j', (secrets) => {
    expect(verifying(group(''), secrets)).toThrow(SignatureRefusedError);
  });

  it.each([
    [300_000, true],
    [300_001, false],
    [301_000, false],
    [-300_000, true],
    [-300_001, false],
    [-301_000, false],
  ])('that arrives %d ms after it was made is accepted: %s', (age, isAccepted) => {
    const verify = verifying(group(), [SECRET], new Date(NOW.getTime() + age));
    if (isAccepted) expect(verify).not.toThrow();
    else expect(verify).toThrow(SignatureRefusedError);
  });

  it('is rejected if the clock has no valid time', () => {
    expect(verifying(group(), [SECRET], new Date(Number.NaN))).toThrow(SignatureRefusedError);
  });

  it.each([
    ['Persona signs with both and the gateway has the old one', `${group(OTHER)} ${group()}`, [SECRET]],
    ['Persona signs with both and the gateway has the new one', `${group()} ${group(OTHER)}`, [SECRET]],
    ['Persona signs with the old one and the gateway has both', group(), [OTHER, SECRET]],
    ['Persona signs with the new one and the gateway has both', group(OTHER), [OTHER, SECRET]],
  ])('is accepted while a secret is rotated: %s', (_, header, secrets) => {
    expect(verifying(header, secrets)).not.toThrow();
  });

  it('is rejected with a message that repeats neither secret nor header', () => {
    expect.assertions(1);
    try {
      verifying(`${group(OTHER)},v0=tell-tale`)();
    } catch (error) {
      expect(String(error)).not.toMatch(/wbhsec|tell-tale|[0-9a-f]{64}/);
    }
  });

  it('is rejected with SignatureRefusedError for every malformed header', () => {
    const piece = fc.constantFrom(
      't=',
      'v1=',
      ',',
      ' ',
      '=',
      'v0',
      `${T}`,
      'a'.repeat(64),
      '\0',
      '\n',
      'é',
      group(OTHER),
    );
    const header = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 2_000 }),
      fc.array(piece, { maxLength: 30 }).map((pieces) => pieces.join('')),
      fc.array(fc.string()),
      fc.anything(),
    );
    fc.assert(fc.property(header, (value) => expect(verifying(value)).toThrow(SignatureRefusedError)));
  });
});
