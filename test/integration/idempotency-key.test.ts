import { randomUUID } from 'node:crypto';
import type { ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { payloadOf } from '../../src/kyc/idempotency/idempotency-key.ts';
import { type Claim, IdempotencyService } from '../../src/kyc/idempotency/idempotency.service.ts';
import { unsealResponse } from '../../src/kyc/idempotency/stored-response.ts';
import { answerWith, type BrokenProvider, openBrokenProvider } from '../support/broken-provider.ts';
import { eventually } from '../support/eventually.ts';
import { type Answer, startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { whileTableIsLocked } from '../support/test-database.ts';

const OTHER_URL = 'https://app.example.com/other';
const IN_USE = { status: 409, body: { code: 'request.idempotency_key_in_use' } };
const REUSED = { status: 422, body: { code: 'request.idempotency_key_reused' } };

describe('The Idempotency-Key of a start', () => {
  let sandbox: Sandbox;
  let provider: BrokenProvider;
  let first: TestGateway;
  let second: TestGateway;
  beforeAll(async () => {
    sandbox = await startSandbox();
    const apiPath = new URL(sandbox.environment['VERIFF_API_URL'] ?? '').pathname;
    provider = await openBrokenProvider(sandbox.url, `${apiPath}/sessions`);
    const environment = {
      VERIFF_API_URL: provider.url + apiPath,
      RATE_LIMIT_START_USER: '1000/600',
      RATE_LIMIT_START_ADDRESS: '10000/600',
    };
    first = await startGateway({ provider: 'veriff', environment, sandbox });
    const { databaseUrl } = first;
    second = await startGateway({ provider: 'veriff', environment, sandbox, databaseUrl });
  });
  afterAll(async () => {
    await second.close();
    await first.close();
    await provider.close();
    await sandbox.close();
  });

  const start = (user: User, key: string, body?: unknown, replica = first) =>
    replica.start(user, body, { 'idempotency-key': key });
  const rowsOf = (user: User): Promise<Record<string, unknown>[]> =>
    first.database.query('SELECT * FROM kyc_idempotency_keys WHERE user_id = $1', [user.id]);
  const change = (user: User, assignment: string) =>
    first.database.query(`UPDATE kyc_idempotency_keys SET ${assignment} WHERE user_id = $1`, [user.id]);
  const isReplayed = (answer: Answer) => answer.headers.get('idempotency-replayed');

  it('replays status and body of the first response without calling the provider', async () => {
    const user = await first.createUser();
    const key = randomUUID();
    const original = await start(user, key);
    const calls = provider.calls().length;
    const replay = await start(user, key, undefined, second);

    expect([original.status, isReplayed(original)]).toEqual([201, null]);
    expect([replay.status, isReplayed(replay)]).toEqual([201, 'true']);
    expect(replay.body).toEqual(original.body);
    expect(replay.headers.get('cache-control')).toBe('no-store');
    expect(replay.headers.get('content-type')).toBe(original.headers.get('content-type'));
    expect(provider.calls()).toHaveLength(calls);
  });

  it('treats the same key of two users as two keys', async () => {
    const key = randomUUID();
    const [one, other] = [await first.createUser(), await first.createUser()];
    const answers = [await start(one, key), await start(other, key)];

    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(answers.map(isReplayed)).toEqual([null, null]);
    expect(answers[0]?.body['session_id']).not.toBe(answers[1]?.body['session_id']);
    const [[ofOne], [ofOther]] = [await rowsOf(one), await rowsOf(other)];
    expect(ofOne?.['key_hash']).not.toEqual(ofOther?.['key_hash']);
  });

  it('rejects a key while its first request is running, and accepts it again after that request fails', async () => {
    const user = await first.createUser();
    const key = randomUUID();
    const held = Promise.withResolvers<ServerResponse>();
    provider.breakWith(held.resolve);
    const running = start(user, key);
    const response = await held.promise;

    const again = await start(user, key, undefined, second);
    expect(again).toMatchObject(IN_USE);
    expect(again.headers.get('retry-after')).toBe('1');
    expect(await start(user, key, { redirect_url: OTHER_URL }, second)).toMatchObject(REUSED);

    answerWith(403, '{}')(response);
    expect(await running).toMatchObject({ status: 502, body: { code: 'provider.refused' } });
    await provider.recover();
    expect(await rowsOf(user)).toEqual([]);
    const retry = await start(user, key);
    expect([retry.status, isReplayed(retry)]).toEqual([201, null]);
  });

  it.each([
    ['a redirect_url that is not allowed', { redirect_url: 'https://evil.example.com' }, 400],
    ['an unknown field', { user_id: 'x' }, 400],
  ])('does not store a key after %s', async (_, body, status) => {
    const user = await first.createUser();
    const key = randomUUID();
    expect((await start(user, key, body)).status).toBe(status);
    expect((await start(user, key)).status).toBe(201);
  });

  it.each([randomUUID(), 'not-a-uuid', '\u0000'])(
    'does not store a key for the unknown user %j',
    async (sub) => {
      const token = await sandbox.issuer.tokenFor({ sub });
      const answer = await start({ id: sub, email: '', token }, randomUUID());
      expect(answer).toMatchObject({ status: 404, body: { code: 'user.unknown' } });
      const [left] = await first.database.query(
        'SELECT count(*)::int AS count FROM kyc_idempotency_keys WHERE lease_until IS NOT NULL',
      );
      expect(left).toEqual({ count: 0 });
    },
  );

  it('accepts an expired key for any payload', async () => {
    const user = await first.createUser();
    const key = randomUUID();
    await start(user, key);
    await change(user, `expires_at = now() - interval '1 second'`);

    const later = await start(user, key, { redirect_url: OTHER_URL });
    expect([later.status, isReplayed(later)]).toEqual([200, null]);
    expect((await rowsOf(user)).map((row) => Number(row['expires_at']) > Date.now())).toEqual([true]);
  });

  it('expires a key after KYC_IDEMPOTENCY_HOURS', async () => {
    const user = await first.createUser();
    await start(user, randomUUID());
    const [row] = await rowsOf(user);
    expect(Number(row?.['expires_at']) - Number(row?.['created_at'])).toBe(24 * 3_600_000);
  });

  it('deletes expired keys and keeps the others', async () => {
    const [old, recent, user] = [
      await first.createUser(),
      await first.createUser(),
      await first.createUser(),
    ];
    await start(old, randomUUID());
    await start(recent, randomUUID());
    await change(old, `expires_at = now() - interval '1 second'`);
    await start(user, randomUUID());

    expect([await rowsOf(old), await rowsOf(recent)].map((rows) => rows.length)).toEqual([0, 1]);
  });

  describe('of a crashed process', () => {
    let user: User;
    let key: string;
    let died: Claim;
    beforeEach(async () => {
      user = await first.createUser();
      key = randomUUID();
      const payload = payloadOf({ method: 'POST', path: '/api/kyc/start-verification', body: {} });
      const taken = await second.app
        .get(IdempotencyService)
        .claim({ userId: user.id, key, payload }, new Date());
      if (!('claim' in taken)) throw new Error('a new key was taken');
      died = taken.claim;
    });

    it('releases a key one minute after its process crashed, and not earlier', async () => {
      expect(await start(user, key)).toMatchObject(IN_USE);
      expect(died.leaseUntil.getTime()).toBeGreaterThan(Date.now() + 50_000);
      expect(died.leaseUntil.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
      await change(user, `lease_until = now() - interval '1 second'`);
      const answer = await start(user, key);
      expect([answer.status, isReplayed(answer)]).toEqual([201, null]);
    });

    it('keeps the response of the second process even if the first one finishes later', async () => {
      await change(user, `lease_until = now() - interval '1 second'`);
      const answer = await start(user, key);
      const keys = second.app.get(IdempotencyService);
      await keys.storeResponse(died, { status: 200, body: { of: 'the dead' } });
      await keys.release(died);
      expect(await start(user, key)).toMatchObject({ status: 201, body: answer.body });
    });
  });

  it('lets one of fifty requests at two replicas run, and all of them get its response', async () => {
    const user = await first.createUser();
    const key = randomUUID();
    sandbox.veriff.misbehave({ delayMs: 200, times: 1 });
    const refusals: Answer[] = [];
    const answers = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        for (;;) {
          const answer = await start(user, key, undefined, index % 2 === 0 ? first : second);
          if (answer.status === 201) return answer;
          refusals.push(answer);
          await pause(Number(answer.headers.get('retry-after')) * 1_000);
        }
      }),
    );

    expect(refusals.length).toBeGreaterThan(0);
    for (const refusal of refusals) expect(refusal).toMatchObject(IN_USE);
    expect(answers.filter((answer) => isReplayed(answer) === null)).toHaveLength(1);
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(sandbox.veriff.sessions().filter(({ reference }) => reference === user.id)).toHaveLength(1);
  });

  it('stores neither the key nor the response in readable form', async () => {
    const user = await first.createUser();
    const key = randomUUID();
    const { body } = await start(user, key);
    const [row] = await first.database.query(
      `SELECT keys::text AS text, sealed_answer AS sealed FROM kyc_idempotency_keys keys WHERE user_id = $1`,
      [user.id],
    );
    const { text, sealed } = row as { text: string; sealed: string };

    expect(text).not.toContain(key);
    for (const part of [body['session_id'], body['session_url']]) {
      expect(text).not.toContain(String(part));
      expect(text).not.toContain(Buffer.from(String(part)).toString('base64url').slice(4, -4));
    }
    expect(await unsealResponse(user.id, key, sealed)).toEqual(body);
    await expect(unsealResponse(user.id, randomUUID(), sealed)).rejects.toThrow('decryption');
    await expect(unsealResponse(randomUUID(), key, sealed)).rejects.toThrow('decryption');
    expect(first.logs()).not.toContain(key);
  });

  it('does not fail the request if the response cannot be stored', async () => {
    const user = await first.createUser();
    const key = randomUUID();
    sandbox.veriff.misbehave({ delayMs: 500, times: 1 });
    const running = start(user, key);
    await eventually(async () => ((await rowsOf(user)).length > 0 ? true : undefined));
    const answer = await whileTableIsLocked(first.databaseUrl, 'kyc_idempotency_keys', () => running);

    expect(answer.status).toBe(201);
    expect(first.logs()).toContain('idempotency.key_left');
    expect(await start(user, key)).toMatchObject(IN_USE);
  });

  it('stores and replays nothing if the key is missing', async () => {
    const user = await first.createUser();
    const answers = [await first.start(user), await first.start(user)];
    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
    expect(answers.map(isReplayed)).toEqual([null, null]);
    expect(await rowsOf(user)).toEqual([]);
  });
});
