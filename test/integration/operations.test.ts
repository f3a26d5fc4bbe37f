import { readFile } from 'node:fs/promises';
import { type ClientRequest, request } from 'node:http';
import { apiDocument } from '../../src/http/api-document.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { whileDatabaseIsAway } from '../support/test-database.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({ environment: { LOG_LEVEL: 'trace' } });
});
afterAll(() => gateway.close());

const get = (path: string) => fetch(gateway.url + path);

describe('health', () => {
  it('is live and ready once the database is reachable and migrated', async () => {
    expect((await get('/health/live')).status).toBe(200);
    const ready = await get('/health/ready');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: 'ok', info: { database: {}, migrations: {} } });
  });

  it('is live but not ready while the database is away', async () => {
    const statuses = await whileDatabaseIsAway(gateway.databaseUrl, async () => [
      (await get('/health/live')).status,
      (await get('/health/ready')).status,
    ]);
    expect(statuses).toEqual([200, 503]);
  });
});

describe('metrics', () => {
  it('count deliveries by provider and result, batches, starts, provider calls, jobs and mails', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' });
    await gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes(user.email));
    const line = (text: string, start: string) =>
      text.split('\n').some((candidate) => candidate.startsWith(start));
    const read = async () => (await get('/metrics')).text();
    // The mail is counted just after the server has taken it.
    let text = await read();
    while (!line(text, 'kyc_mails_total{subject="verified",result="sent"} 1')) text = await read();

    for (const start of [
      'kyc_webhook_deliveries_total{provider="persona",result="accepted"} 1',
      'kyc_events_total{provider="persona",outcome="approved",result="recorded"} 1',
      'kyc_inbox_batch_events_count 1',
      'kyc_start_duration_seconds_count{provider="persona",result="opened"} 1',
      'kyc_provider_call_duration_seconds_count{provider="persona",call="create"} 1',
      'kyc_job_lag_seconds_count{queue="notification"} 1',
      'process_resident_memory_bytes',
    ]) {
      expect({ start, isThere: line(text, start) }).toEqual({ start, isThere: true });
    }
  });
});

describe('the log', () => {
  it('is JSON, with the request id that the caller gave or got', async () => {
    const response = await fetch(`${gateway.url}/api/kyc/status`, {
      headers: { 'x-request-id': 'platform-4711' },
    });
    expect(response.headers.get('x-request-id')).toBe('platform-4711');
    const made = (await get('/api/kyc/status')).headers.get('x-request-id') ?? '';
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    await lineOf(made, { msg: 'request completed' });
    await lineOf('platform-4711', { msg: 'request completed' });
  });

  it('has that id also in what is said of a request whose body came later than its header', async () => {
    const { token } = await gateway.createUser();
    const sent = await startInTwo(token, 'in-two-4711');
    sent.end('{}');
    await lineOf('in-two-4711', { event: 'kyc.session_opened' });
    expect(await lineOf('in-two-4711', { msg: 'request completed' })).toMatchObject({ res: { status: 201 } });
  });

  it('says of a caller who hung up that he did, and of no status that he was told', async () => {
    const { token } = await gateway.createUser();
    gateway.sandbox.persona.misbehave({ delayMs: 500, times: 1 });
    const sent = await startInTwo(token, 'hung-up-4711');
    const calls = gateway.sandbox.persona.calls().length;
    sent.end('{}');
    await eventually(async () => gateway.sandbox.persona.calls().length > calls || undefined);
    sent.destroy();
    expect((await lineOf('hung-up-4711', { msg: 'request aborted' }))['res']).toEqual({});
  });
});

/** A line is written once the answer is out, which may be after it is in. */
async function lineOf(requestId: string, about: Record<string, string>): Promise<Record<string, unknown>> {
  const isMeant = (line: Record<string, unknown>) =>
    Object.entries({ ...about, requestId }).every(([name, value]) => line[name] === value);
  return eventually(async () => {
    const lines = gateway.logs().trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(isMeant);
  });
}

/** A start whose header the gateway has read, and whose body is yet to be sent. */
function startInTwo(token: string, requestId: string): Promise<ClientRequest> {
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'x-request-id': requestId,
    expect: '100-continue',
  };
  const sent = request(`${gateway.url}/api/kyc/start-verification`, { method: 'POST', headers });
  sent.flushHeaders();
  return new Promise((resolve, reject) => {
    sent.once('continue', () => resolve(sent.on('error', () => undefined))).once('error', reject);
  });
}

describe('the API document', () => {
  it('stands at /docs, and lists exactly the routes that users, operators and providers call', async () => {
    expect((await get('/docs')).status).toBe(200);
    const document = (await (await get('/docs/openapi.json')).json()) as { paths: Record<string, object> };
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.toSorted()).toEqual([
      'DELETE /api/admin/kyc/users/{id}/data',
      'DELETE /api/kyc/data',
      'GET /api/admin/kyc/users',
      'GET /api/admin/kyc/users/{id}',
      'GET /api/kyc/status',
      'GET /api/kyc/status/stream',
      'POST /api/admin/kyc/users/{id}/override',
      'POST /api/admin/kyc/users/{id}/reconcile',
      'POST /api/admin/kyc/users/{id}/resend-mail',
      'POST /api/kyc/start-verification',
      'POST /api/webhooks/kyc-status',
    ]);
    expect(document).toEqual(JSON.parse(JSON.stringify(apiDocument(gateway.app))));
  });

  it('is the one that the demo app is typed from', async () => {
    const kept = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as unknown;
    // Where they differ: npm run openapi.
    expect(kept).toEqual(JSON.parse(JSON.stringify(apiDocument(gateway.app))));
  });

  it('is off in production unless it is asked for', async () => {
    const production = await startGateway({ environment: { NODE_ENV: 'production' } });
    try {
      expect((await fetch(`${production.url}/docs`)).status).toBe(404);
    } finally {
      await production.close();
    }
  });
});
