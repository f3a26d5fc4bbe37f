import { randomBytes } from 'node:crypto';
import { Tracing } from '../../src/tracing/tracing.ts';
import { type Collector, startCollector } from '../support/collector.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import type { ReceivedSpan } from '../support/otlp-decoder.ts';

const WEBHOOK = 'POST /api/webhooks/kyc-status';
const START = 'POST /api/kyc/start-verification';

let collector: Collector;
let gateway: TestGateway;
beforeAll(async () => {
  collector = await startCollector();
  gateway = await startGateway({
    environment: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${collector.url}/`,
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20collector-token',
      OTEL_SERVICE_NAME: 'kyc-test',
    },
  });
});
afterAll(async () => {
  await gateway.close();
  await collector.close();
});

/** A caller's trace that no other test uses. */
function callersTrace(flags = '01') {
  const [traceId, spanId] = [randomBytes(16).toString('hex'), randomBytes(8).toString('hex')];
  return { traceId, spanId, traceparent: `00-${traceId}-${spanId}-${flags}` };
}

/** The span of this name in the trace, once it is exported. */
function findSpan(traceId: string, name: string): Promise<ReceivedSpan> {
  return eventually(async () => {
    await gateway.app.get(Tracing).flush();
    return collector.spans().find((span) => span.traceId === traceId && span.name === name);
  });
}

const linesOf = (traceId: string, logs: string) =>
  logs
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line['trace_id'] === traceId);

async function approvalOf(sessionId: string) {
  const { body } = gateway.sandbox.persona.webhookFor(sessionId, { outcome: 'approve' });
  return { body, headers: gateway.sandbox.persona.sign(body.toString()) };
}

describe('The trace of a webhook', () => {
  it('leads from the caller over the delivery and its batch to the job and the mail', async () => {
    const { user, sessionId } = await gateway.openSession();
    const caller = callersTrace();
    const { headers, body } = await approvalOf(sessionId);
    await gateway.deliver({ headers: { ...headers, traceparent: caller.traceparent }, body });

    const mail = await findSpan(caller.traceId, 'send mail');
    const job = await findSpan(caller.traceId, 'process notification');
    const batch = await findSpan(caller.traceId, 'inbox batch');
    const delivery = await findSpan(caller.traceId, WEBHOOK);
    expect([delivery.parentSpanId, batch.parentSpanId, job.parentSpanId, mail.parentSpanId]).toEqual([
      caller.spanId,
      delivery.spanId,
      batch.spanId,
      job.spanId,
    ]);
    expect([delivery.kind, batch.kind, job.kind, mail.kind]).toEqual([
      'server',
      'internal',
      'consumer',
      'client',
    ]);
    expect(delivery.attributes).toEqual({
      'http.request.method': 'POST',
      'http.route': '/api/webhooks/kyc-status',
      'http.response.status_code': 200,
    });
    expect(batch.attributes).toEqual({ 'kyc.batch.events': 1 });
    expect(job.attributes).toMatchObject({ 'messaging.destination.name': 'notification' });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });
});

describe('The trace of a start', () => {
  it('contains the call of the provider as a client span', async () => {
    const caller = callersTrace();
    const user = await gateway.createUser();
    await gateway.start(user, {}, { traceparent: caller.traceparent });

    const call = await findSpan(caller.traceId, 'persona create');
    const request = await findSpan(caller.traceId, START);
    expect(call).toMatchObject({ kind: 'client', parentSpanId: request.spanId, isError: false });
    expect(call.attributes).toEqual({ 'kyc.provider.name': 'persona', 'kyc.provider.call': 'create' });
  });
});

describe('An export', () => {
  it('names the service and its version, and carries the headers of OTEL_EXPORTER_OTLP_HEADERS', async () => {
    const caller = callersTrace();
    await gateway.status({ token: '' });
    await fetch(`${gateway.url}/api/kyc/status`, { headers: { traceparent: caller.traceparent } });
    const span = await findSpan(caller.traceId, 'GET /api/kyc/status');
    expect(span.resource).toMatchObject({
      'service.name': 'kyc-test',
      'service.version': expect.stringMatching(/^\d+\.\d+\.\d+/),
    });
    expect(collector.headers()).toMatchObject({
      authorization: 'Bearer collector-token',
      'content-type': 'application/x-protobuf',
    });
  });
});

describe('A log line', () => {
  it('of a traced request carries the ids of its trace and span', async () => {
    const caller = callersTrace();
    await gateway.start(await gateway.createUser(), {}, { traceparent: caller.traceparent });
    const request = await findSpan(caller.traceId, START);
    const lines = linesOf(caller.traceId, gateway.logs());
    expect(lines).toContainEqual(expect.objectContaining({ event: 'kyc.session_opened' }));
    expect(lines).toContainEqual(
      expect.objectContaining({ msg: 'request completed', span_id: request.spanId }),
    );
  });
});
