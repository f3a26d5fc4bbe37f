import { request } from 'node:http';
import { PROVIDER_NAMES, PROVIDERS } from '../../packages/sandbox/providers.ts';
import { startGateway, type TestGateway, WEBHOOK_PATH } from '../support/gateway.ts';
import { whileDatabaseIsAway, whileTableIsLocked } from '../support/test-database.ts';
import { harnessOf } from '../contracts/harnesses.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const NOT_JSON = ['{', '', 'text'];

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

describe.each(PROVIDER_NAMES)('A delivery of %s', (provider) => {
  const emulator = () => gateway.sandbox[provider];
  let other: TestGateway;
  beforeAll(async () => {
    // This replica creates sessions at this provider. The webhooks go to the first one.
    other = await startGateway({ provider, sandbox: gateway.sandbox, databaseUrl: gateway.databaseUrl });
  });
  afterAll(() => other.close());

  const approved = async () => {
    const { user, sessionId } = await other.openSession();
    return { user, sessionId, webhook: emulator().webhookFor(sessionId, { outcome: 'approve' }) };
  };

  it('gets 200 with an empty object once it is in the ledger', async () => {
    const { sessionId, webhook } = await approved();
    expect(await gateway.deliver(webhook)).toMatchObject({ status: 200, body: {} });
    expect(await gateway.events(sessionId)).toHaveLength(1);
  });

  it.each(['/', '//'])('is recorded if its address ends with %s', async (slashes) => {
    const { sessionId, webhook } = await approved();
    const response = await gateway.deliver(webhook, WEBHOOK_PATH + slashes);
    expect(response.status).toBe(200);
    expect(await gateway.events(sessionId)).toHaveLength(1);
  });

  it('is recorded if its address has a doubled slash', async () => {
    const { sessionId, webhook } = await approved();
    const address = WEBHOOK_PATH.replaceAll('/', '//');
    expect((await gateway.deliver(webhook, address)).status).toBe(200);
    expect(await gateway.events(sessionId)).toHaveLength(1);
  });

  it('gets 200 when it is repeated, and is recorded once', async () => {
    const { sessionId, webhook } = await approved();
    await gateway.deliver(webhook);
    expect((await gateway.deliver(webhook)).status).toBe(200);
    expect(await gateway.events(sessionId)).toHaveLength(1);
  });

  it('gets 200 if its event type is unknown, is recorded as unknown and verifies no user', async () => {
    const { user, sessionId, webhook } = await approved();
    const [known = ''] = harnessOf(provider).approvalWords;
    // No provider uses this word.
    const unheard = known.replace('approved', 'invented');
    const body = webhook.body.toString().replaceAll(known, unheard);
    expect(body).toContain(unheard);

    const answer = await gateway.deliver({ headers: { ...webhook.headers, ...emulator().sign(body) }, body });

    expect(answer.status).toBe(200);
    expect(await gateway.events(sessionId)).toMatchObject([{ outcome: 'unknown' }]);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending' });
  });

  it('creates no new event if an unsigned header is changed', async () => {
    const { sessionId, webhook } = await approved();
    await gateway.deliver(webhook);
    const headers = {
      ...webhook.headers,
      'user-agent': 'x',
      'x-request-id': 'another-one',
      'persona-event-id': 'x',
    };
    expect((await gateway.deliver({ ...webhook, headers })).status).toBe(200);
    expect(await gateway.events(sessionId)).toHaveLength(1);
  });

  it('gets 401 without a signature, and is not recorded', async () => {
    const { user, sessionId, webhook } = await approved();
    const answer = await gateway.deliver({ headers: JSON_TYPE, body: webhook.body });
    expect(answer).toMatchObject({ status: 401, body: { code: 'webhook.signature_invalid' } });
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(await gateway.events(sessionId)).toHaveLength(0);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending' });
  });

  it('gets 401 if one byte was changed', async () => {
    const { webhook } = await approved();
    const body = Buffer.concat([webhook.body, Buffer.from(' ')]);
    expect((await gateway.deliver({ ...webhook, body })).status).toBe(401);
  });

  it('gets 401 with the signature header of another provider', async () => {
    const { webhook } = await approved();
    const signature = emulator().sign(webhook.body);
    const [value = ''] = Object.values(signature).filter((text) => /[0-9a-f]{64}/.test(text));
    for (const { signatureHeader: header } of Object.values(PROVIDERS)) {
      if (signature[header] !== undefined) continue;
      const headers = { ...JSON_TYPE, [header]: value };
      expect((await gateway.deliver({ headers, body: webhook.body })).status).toBe(401);
    }
  });

  it('gets 401 if it has the signature headers of two providers', async () => {
    const { webhook } = await approved();
    const [rival = ''] = Object.values(PROVIDERS)
      .map(({ signatureHeader }) => signatureHeader)
      .filter((header) => header !== PROVIDERS[provider].signatureHeader);
    const headers = { ...webhook.headers, [rival]: 'x' };
    expect((await gateway.deliver({ ...webhook, headers })).status).toBe(401);
  });

  it.each(NOT_JSON)('gets 400 if it is signed and its body is %j', async (body) => {
    const answer = await gateway.deliver({ headers: { ...JSON_TYPE, ...emulator().sign(body) }, body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'webhook.malformed' } });
  });

  it('gets 413 if it is too large, also in chunks', async () => {
    const body = Buffer.alloc(256 * 1024 + 1, 0x20);
    const headers = emulator().sign(body);
    expect((await gateway.deliver({ headers, body })).status).toBe(413);
    expect(await postInChunks(gateway.url, headers, body)).toBe(413);
  });

  it('gets 415 unless it is JSON', async () => {
    const { webhook } = await approved();
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      const headers = { ...webhook.headers, 'content-type': type };
      expect((await gateway.deliver({ ...webhook, headers })).status).toBe(415);
    }
  });

  it('gets 503 while the database is down, and its retry is applied', async () => {
    const { user, sessionId, webhook } = await approved();

    const answer = await whileDatabaseIsAway(gateway.databaseUrl, () => gateway.deliver(webhook));

    expect(answer).toMatchObject({ status: 503, body: { code: 'webhook.not_stored' } });
    expect(answer.headers.get('retry-after')).toBe('5');
    expect((await gateway.deliver(webhook)).status).toBe(200);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
    expect(await gateway.events(sessionId)).toHaveLength(1);
  });
});

describe('The webhook route', () => {
  it('answers 503 before providers time out while the ledger is locked, and their retries are applied', async () => {
    const opened = await Promise.all(Array.from({ length: 12 }, () => gateway.openSession()));
    const webhooks = opened.map(({ sessionId }) =>
      gateway.sandbox.persona.webhookFor(sessionId, { outcome: 'approve' }),
    );

    const answers = await whileTableIsLocked(gateway.databaseUrl, 'kyc_events', () =>
      Promise.all(
        webhooks.map(async (webhook) => {
          const startedAt = performance.now();
          const { status } = await gateway.deliver(webhook);
          return { status, isInTime: performance.now() - startedAt < 7_000 };
        }),
      ),
    );

    expect(answers).toEqual(webhooks.map(() => ({ status: 503, isInTime: true })));
    const retries = await Promise.all(webhooks.map((webhook) => gateway.deliver(webhook)));
    expect(retries.map(({ status }) => status)).toEqual(webhooks.map(() => 200));
    for (const { user, sessionId } of opened) {
      expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
      expect(await gateway.events(sessionId)).toHaveLength(1);
    }
  });

  it.each(['GET', 'PUT', 'DELETE', 'PATCH'])('answers 405 to %s', async (method) => {
    const response = await fetch(gateway.url + WEBHOOK_PATH, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('POST');
    expect(await response.json()).toMatchObject({ code: 'request.method_not_allowed' });
  });

  it('counts rejected deliveries and runs no SQL statement for them', async () => {
    const statements = async () => {
      const [row]: { n: string }[] = await gateway.database.query(
        `SELECT xact_commit + xact_rollback AS n FROM pg_stat_database WHERE datname = current_database()`,
      );
      return Number(row?.n);
    };
    const refusals = async () => {
      const text = await (await fetch(`${gateway.url}/metrics`)).text();
      const line = 'kyc_webhook_deliveries_total{provider="veriff",result="signature_invalid"}';
      return Number(
        text
          .split('\n')
          .find((candidate) => candidate.startsWith(line))
          ?.split(' ')[1] ?? 0,
      );
    };
    const before = [await refusals(), await statements()] as const;
    const headers = { ...JSON_TYPE, 'x-hmac-signature': 'a'.repeat(64), 'x-auth-client': 'x' };
    await Promise.all(Array.from({ length: 200 }, () => gateway.deliver({ headers, body: '{}' })));

    expect((await refusals()) - before[0]).toBe(200);
    // Workers and listeners also run some. One statement per delivery would make 200.
    expect((await statements()) - before[1]).toBeLessThan(200);
  });
});

function postInChunks(url: string, headers: Record<string, string>, body: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url + WEBHOOK_PATH, {
      method: 'POST',
      headers: { ...headers, 'transfer-encoding': 'chunked' },
    });
    outgoing.once('response', (response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    // The server responds before it has read everything and can then close the connection.
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'ECONNRESET') reject(error);
    });
    for (let at = 0; at < body.length; at += 64 * 1024) outgoing.write(body.subarray(at, at + 64 * 1024));
    outgoing.end();
  });
}
