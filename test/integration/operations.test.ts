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

describe('Health checks', () => {
  it('report live and ready once the database is reachable and migrated', async () => {
    expect((await get('/health/live')).status).toBe(200);
    const ready = await get('/health/ready');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: 'ok', info: { database: {}, migrations: {} } });
  });

  it('report live but not ready while the database is down', async () => {
    const statuses = await whileDatabaseIsAway(gateway.databaseUrl, async () => [
      (await get('/health/live')).status,
      (await get('/health/ready')).status,
    ]);
    expect(statuses).toEqual([200, 503]);
  });
});

describe('Metrics', () => {
  it('count deliveries by provider and result, batches, starts, provider calls, jobs and mails', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' });
    await gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes(user.email));
    const line = (text: string, start: string) =>
      text.split('\n').some((candidate) => candidate.startsWith(start));
    const read = async () => (await get('/metrics')).text();
    // The counter increases shortly after the server has accepted the mail.
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

describe('Gauges of a scrape', () => {
  const linesOf = async (metric: string) => {
    const response = await get('/metrics');
    expect(response.status).toBe(200);
    return (await response.text()).split('\n').filter((line) => line.startsWith(metric));
  };

  it('show the version, the pool, jobs by queue and state, and overdue erasures', async () => {
    const manifest = await readFile(new URL('../../package.json', import.meta.url), 'utf8');
    const { version } = JSON.parse(manifest) as { version: string };
    expect(await linesOf('kyc_build_info')).toEqual([`kyc_build_info{version="${version}"} 1`]);
    expect(await linesOf('kyc_database_connections')).toEqual([
      expect.stringMatching(/\{state="busy"\} \d+$/),
      expect.stringMatching(/\{state="idle"\} \d+$/),
      expect.stringMatching(/\{state="waiting"\} 0$/),
    ]);

    await gateway.database.query(
      `INSERT INTO kyc_erasures (request_id, user_id, place, provider_session_id, requested_at, requested_by)
       SELECT gen_random_uuid(), gen_random_uuid(), 'persona', 'inq_' || days, now() - days * interval '1 day', 'user'
       FROM unnest('{29, 31}'::int[]) AS days`,
    );
    await gateway.database.query(
      `INSERT INTO kyc_jobs.job (name, data) VALUES ('notification-dead', '{}'), ('notification-dead', '{}')`,
    );
    await eventually(
      async () => (await linesOf('kyc_erasures{state="overdue"} 1')).length === 1 || undefined,
    );
    expect(await linesOf('kyc_erasures')).toEqual([
      'kyc_erasures{state="pending"} 2',
      'kyc_erasures{state="overdue"} 1',
    ]);
    await eventually(
      async () =>
        (await linesOf('kyc_jobs{queue="notification",state="parked"} 2')).length === 1 || undefined,
    );
    expect(await linesOf('kyc_jobs{queue="retention",state="waiting"} 0')).toHaveLength(1);
  });
});

describe('The log', () => {
  it('is JSON and contains the request id sent by or returned to the caller', async () => {
    const response = await fetch(`${gateway.url}/api/kyc/status`, {
      headers: { 'x-request-id': 'platform-4711' },
    });
    expect(response.headers.get('x-request-id')).toBe('platform-4711');
    const made = (await get('/api/kyc/status')).headers.get('x-request-id') ?? '';
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    await lineOf(made, { msg: 'request completed' });
    await lineOf('platform-4711', { msg: 'request completed' });
  });

  it('contains the pattern of the route, and nothing of a path that has no route', async () => {
    const id = (path: string) => get(path).then(({ headers }) => headers.get('x-request-id') ?? '');
    const unknown = await id('/api/kyc/jane@example.com?token=secret');
    expect(await lineOf(unknown, { msg: 'request completed' })).toMatchObject({ req: { path: '(unknown)' } });
    const user = await id('/api/admin/kyc/users/jane@example.com');
    expect(await lineOf(user, { msg: 'request completed' })).toMatchObject({
      req: { path: '/api/admin/kyc/users/:id' },
    });
    expect(gateway.logs()).not.toContain('jane@example.com');
  });

  it('contains the request id for a request whose body arrives after its header', async () => {
    const { token } = await gateway.createUser();
    const sent = await startInTwo(token, 'in-two-4711');
    sent.end('{}');
    await lineOf('in-two-4711', { event: 'kyc.session_opened' });
    expect(await lineOf('in-two-4711', { msg: 'request completed' })).toMatchObject({ res: { status: 201 } });
  });

  it('records a closed connection without a response status', async () => {
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

/** Waits for the log line, which can be written after the response has arrived. */
async function lineOf(requestId: string, about: Record<string, string>): Promise<Record<string, unknown>> {
  const isMeant = (line: Record<string, unknown>) =>
    Object.entries({ ...about, requestId }).every(([name, value]) => line[name] === value);
  return eventually(async () => {
    const lines = gateway.logs().trim().split('\n');
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>).find(isMeant);
  });
}

/** A start of which the gateway has read only the header. */
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

describe('The API document', () => {
  it('is served at /docs and lists exactly the routes for users, operators and providers', async () => {
    expect((await get('/docs')).status).toBe(200);
    const document = (await (await get('/docs/openapi.json')).json()) as { paths: Record<string, object> };
    const routes = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(routes.toSorted()).toEqual([
      'DELETE /api/admin/kyc/users/{id}/data',
      'DELETE /api/kyc/data',
      'GET /api/admin/kyc/late-verdicts',
      'GET /api/admin/kyc/users',
      'GET /api/admin/kyc/users/{id}',
      'GET /api/kyc/status',
      'GET /api/kyc/status/stream',
      'POST /api/admin/kyc/late-verdicts/{eventId}/accept',
      'POST /api/admin/kyc/users/{id}/override',
      'POST /api/admin/kyc/users/{id}/reconcile',
      'POST /api/admin/kyc/users/{id}/resend-mail',
      'POST /api/kyc/start-verification',
      'POST /api/webhooks/kyc-status',
      'POST /api/webhooks/kyc-status/{provider}',
    ]);
    expect(document).toEqual(JSON.parse(JSON.stringify(apiDocument(gateway.app))));
  });

  it('has a summary, a description and a unique operationId for every operation', () => {
    const operations = Object.values(apiDocument(gateway.app).paths).flatMap(
      (path) => Object.values(path) as { summary?: string; description?: string; operationId?: string }[],
    );
    expect(operations.filter(({ summary, description }) => !summary || !description)).toEqual([]);
    const ids = operations.map(({ operationId }) => operationId);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it('has no schema whose name ends in Answer', () => {
    const schemas = Object.keys(apiDocument(gateway.app).components?.schemas ?? {});
    expect(schemas.filter((name) => name.endsWith('Answer'))).toEqual([]);
  });

  it('matches the document that the types of the demo app are generated from', async () => {
    const kept = JSON.parse(await readFile('docs/openapi.json', 'utf8')) as unknown;
    // If this fails, run npm run openapi.
    expect(kept).toEqual(JSON.parse(JSON.stringify(apiDocument(gateway.app))));
  });

  it('is disabled in production unless the configuration enables it', async () => {
    const production = await startGateway({ environment: { NODE_ENV: 'production' } });
    try {
      expect((await fetch(`${production.url}/docs`)).status).toBe(404);
    } finally {
      await production.close();
    }
  });
});
