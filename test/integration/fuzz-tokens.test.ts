import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import fc from 'fast-check';
import { complaintsAbout, ROUTES } from '../support/documented.ts';
import { requestBytes, runs, sendRaw } from '../support/fuzzing.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';

const GUARDED = ROUTES.filter(({ path }) => path.startsWith('/api/kyc/'));

let gateway: TestGateway;
let user: User;
beforeAll(async () => {
  gateway = await startGateway({ environment: { LOG_LEVEL: 'fatal' } });
  user = await gateway.createUser();
});
afterAll(async () => {
  // No request was authenticated as this user: nothing was started and nothing was erased.
  expect(await gateway.userRow(user)).toMatchObject({ email: user.email, kyc_status: 'not_verified' });
  await gateway.close();
});

const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const read = (text: string) =>
  JSON.parse(Buffer.from(text, 'base64url').toString()) as Record<string, unknown>;

/** Control characters are excluded, because HTTP rejects a header that contains them. */
async function expectRefusal(token: string): Promise<void> {
  const authorization = Buffer.from(`Bearer ${token.replaceAll(/\p{Cc}/gu, '')}`).toString('latin1');
  for (const { method, path } of GUARDED) {
    const answer = await sendRaw(gateway.url, requestBytes(method, path, [['authorization', authorization]]));
    expect(complaintsAbout(answer, [401, 431], token)).toEqual([]);
  }
}

describe('The gateway', () => {
  it('rejects a token whose header or claims were altered', async () => {
    const [head = '', claims = '', signature = ''] = user.token.split('.');
    const claimNames = 'alg kid typ crit b64 jwk jku x5c zip enc sub exp iss aud nbf __proto__'.split(' ');
    const values = [
      'none',
      'None',
      'HS256',
      'RS256',
      'EdDSA',
      'ES256K',
      'dir',
      '',
      '../../dev/null',
      ['exp'],
      null,
    ];
    const value = fc.oneof(
      fc.constantFrom(...values),
      fc.jsonValue(),
      fc.string({ unit: 'binary' }),
      fc.integer(),
    );
    const property = fc.asyncProperty(
      fc.boolean(),
      fc.constantFrom(...claimNames),
      value,
      async (isHead, word, said) => {
        const before = read(isHead ? head : claims);
        fc.pre(JSON.stringify(before[word]) !== JSON.stringify(said));
        const after = part({ ...before, [word]: said });
        await expectRefusal(
          isHead ? [after, claims, signature].join('.') : [head, after, signature].join('.'),
        );
      },
    );
    await fc.assert(property, runs(120));
  });

  it('rejects a token that was truncated, extended or overwritten', async () => {
    const { token } = user;
    const long = [9_000, 40_000].map((length) => 'x'.repeat(length));
    const put = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('é', '.', '..', '=', ' ', ...long),
    );
    const edit = fc.record({ at: fc.nat(token.length), drop: fc.nat(40), put });
    const property = fc.asyncProperty(edit, async ({ at, drop, put: filling }) => {
      const altered = token.slice(0, at) + filling + token.slice(at + drop);
      fc.pre(!isSameToken(altered.replaceAll(/\p{Cc}/gu, '').trim(), token));
      await expectRefusal(altered);
    });
    await fc.assert(property, runs(120));
  });

  it('rejects a token signed with public key material as a shared secret', async () => {
    const { keys } = (await (await fetch(gateway.sandbox.issuer.jwksUrl)).json()) as {
      keys: Record<string, string>[];
    };
    const { x = '', kid = '', ...others } = keys[0] ?? {};
    for (const secret of ['', x, kid, Buffer.from(x, 'base64url'), JSON.stringify({ x, kid, ...others })]) {
      const signed = `${part({ alg: 'HS256', kid })}.${user.token.split('.')[1]}`;
      await expectRefusal(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`);
    }
  });

  it('rejects a token signed with a key that it contains', async () => {
    const { kid } = read(user.token.split('.')[0] ?? '');
    const { publicKey, privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = publicKey.export({ format: 'jwk' });
    for (const header of [
      { jwk },
      { jwk, kid },
      { kid },
      { kid: 'unheard-of' },
      { jku: `${gateway.url}/keys` },
    ]) {
      const signed = `${part({ alg: 'ES256', ...header })}.${user.token.split('.')[1]}`;
      const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
      await expectRefusal(`${signed}.${signature.toString('base64url')}`);
    }
  });
});

/** The last character of base64 has unused bits. Tokens that differ only in these bits are equal. */
function isSameToken(one: string, other: string): boolean {
  const read = (token: string) => {
    const [head, claims, signature = '', ...more] = token.split('.');
    return JSON.stringify([head, claims, Buffer.from(signature, 'base64url').toString('hex'), more]);
  };
  return /^[\w.-]+$/.test(one) && read(one) === read(other);
}
