import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { type Answer, startGateway, type TestGateway, type User } from '../support/gateway.ts';

const DEFAULT_URL = 'https://app.example.com/kyc/return';
const OTHER_URL = 'https://app.example.com/other';
const REUSED = { status: 422, body: { code: 'request.idempotency_key_reused' } };

describe('The Idempotency-Key header', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({
      environment: { RATE_LIMIT_START_ADDRESS: '10000/600', CORS_ORIGINS: 'https://app.example.com' },
    });
  });
  afterAll(() => gateway.close());

  const start = (user: User, key: string, body?: unknown) =>
    gateway.start(user, body, { 'idempotency-key': key });
  const isReplayed = (answer: Answer) => answer.headers.get('idempotency-replayed');

  it('treats a key with and without the quotes of a structured field as the same key', async () => {
    const user = await gateway.createUser();
    const key = `a\\b"c-${randomUUID()}`;
    await start(user, `"${key.replaceAll(/(["\\])/g, '\\$1')}"`);
    const plain = randomUUID();
    await start(user, plain);

    expect(isReplayed(await start(user, `"${key.replaceAll(/(["\\])/g, '\\$1')}"`))).toBe('true');
    expect(isReplayed(await start(user, `"${plain}"`))).toBe('true');
  });

  it('treats an empty body and no body as the same payload', async () => {
    const user = await gateway.createUser();
    const [bare, full] = [randomUUID(), randomUUID()];
    await start(user, bare);
    await start(user, full, { redirect_url: DEFAULT_URL });

    expect(isReplayed(await start(user, bare, {}))).toBe('true');
    expect(isReplayed(await start(user, full, { redirect_url: DEFAULT_URL }))).toBe('true');
    expect(await start(user, bare, { redirect_url: DEFAULT_URL })).toMatchObject(REUSED);
    expect(await start(user, full, { redirect_url: OTHER_URL })).toMatchObject(REUSED);
  });

  it.each([
    ['is empty', ''],
    ['is too short', 'a'.repeat(15)],
    ['is too long', 'a'.repeat(256)],
    ['is too short inside its quotes', `"${'a'.repeat(15)}"`],
    ['contains a space', 'a key with spaces in it'],
    ['contains a space inside its quotes', '"a key with spaces in it"'],
    ['has no closing quote', `"${randomUUID()}`],
    ['escapes a character that needs no escape', `"\\${randomUUID()}"`],
    ['has quotes inside', `${randomUUID()}"x"`],
    ['is a list', `${randomUUID()},${randomUUID()}`],
    ['is no ASCII', `${'a'.repeat(16)}\u00e9`],
  ])('rejects a key that %s', async (_, key) => {
    const answer = await start(await gateway.createUser(), key);
    expect(answer).toMatchObject({ status: 400, body: { code: 'request.idempotency_key_invalid' } });
  });

  it.each([`${'a'.repeat(16)}`, 'a'.repeat(255), `"${'a'.repeat(255)}"`, `~!@#$%^&*()_+=/-${randomUUID()}`])(
    'accepts the key %s',
    async (key) => {
      expect((await start(await gateway.createUser(), key)).status).toBe(201);
    },
  );

  it('rejects a repeated key header, even with the same value', async () => {
    const { token } = await gateway.createUser();
    const key = randomUUID();
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': [key, key] };
    const call = request(`${gateway.url}/api/kyc/start-verification`, { method: 'POST', headers }).end();
    const [answer] = (await once(call, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(400);
    expect(await json(answer)).toMatchObject({ code: 'request.idempotency_key_invalid' });
  });

  it('lets allowed cross-origin pages send a key and read the response headers', async () => {
    const origin = 'https://app.example.com';
    const url = `${gateway.url}/api/kyc/start-verification`;
    const preflightHeaders = { 'access-control-request-method': 'POST' };
    const preflight = await fetch(url, { method: 'OPTIONS', headers: { origin, ...preflightHeaders } });
    const answer = await fetch(url, { method: 'POST', headers: { origin } });

    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['idempotency-key', 'x-request-id', 'traceparent', 'baggage', 'sentry-trace']),
    );
    expect(answer.headers.get('access-control-expose-headers')?.split(', ')).toEqual(
      expect.arrayContaining(['idempotency-replayed', 'ratelimit', 'ratelimit-policy', 'retry-after']),
    );
  });
});
