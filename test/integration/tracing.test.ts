import { randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { DataSource } from 'typeorm';
import { withJobs } from '../../src/jobs/boss.ts';
import { JobQueue } from '../../src/jobs/job-queue.ts';
import { inboxEvent } from '../../src/kyc/inbox/inbox-event.ts';
import { InboxService } from '../../src/kyc/inbox/inbox.service.ts';
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

const jobSpans = () => collector.spans().filter(({ name }) => name === 'process notification');

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

describe('A batch of several deliveries', () => {
  it('is one span that belongs to the first of them, and links to the others as they link to it', async () => {
    const inbox = gateway.app.get(InboxService);
    const tracing = gateway.app.get(Tracing);
    const parent = { ...callersTrace(), isSampled: true, isRemote: true };
    const deliver = (name: string) =>
      tracing.run(name, { kind: 'server', attributes: {}, parent }, () =>
        inbox.acceptEvent(
          inboxEvent(
            {
              provider: 'persona',
              eventKey: randomUUID(),
              sessionId: null,
              reference: null,
              outcome: 'noted',
              reason: null,
              occurredAt: null,
            },
            'webhook',
            new Date(),
          ),
        ),
      );
    // The first event forms a batch alone. The others arrive while it commits.
    await Promise.all(['alone', 'second', 'third', 'fourth'].map(deliver));

    const [second, third, fourth] = [
      await findSpan(parent.traceId, 'second'),
      await findSpan(parent.traceId, 'third'),
      await findSpan(parent.traceId, 'fourth'),
    ];
    const batch = collector.spans().find(({ parentSpanId }) => parentSpanId === second.spanId);
    expect(batch).toMatchObject({ name: 'inbox batch', attributes: { 'kyc.batch.events': 3 } });
    expect(batch?.links.map(({ spanId }) => spanId)).toEqual([third.spanId, fourth.spanId]);
    const back = [{ traceId: parent.traceId, spanId: batch?.spanId }];
    expect([second.links, third.links, fourth.links]).toEqual([[], back, back]);
  });
});

describe('A job', () => {
  it.each([
    ['without a traceparent, as an earlier release adds it', {}],
    ['with a traceparent that is not valid', { traceparent: 'rubbish' }],
  ])('runs in a trace of its own if it is %s', async (_, extra) => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.deliver(await approvalOf(sessionId));
    await gateway.sandbox.mailbox.waitFor(({ to }) => to.includes(user.email));
    const isKnown = new Set(jobSpans().map(({ spanId }) => spanId));
    const job = { mailId: randomUUID(), userId: user.id, subject: 'verified', reason: null, isRepeat: true };
    await withJobs(gateway.databaseUrl, (boss) => boss.send('notification', { ...job, ...extra }));

    const span = await eventually(async () => {
      await gateway.app.get(Tracing).flush();
      return jobSpans().find(({ spanId, parentSpanId }) => !isKnown.has(spanId) && parentSpanId === '');
    });
    expect(span.isError).toBe(false);
    expect(await findSpan(span.traceId, 'send mail')).toMatchObject({ parentSpanId: span.spanId });
  });

  it('that equals a waiting job of another trace is not added', async () => {
    const [jobs, tracing] = [gateway.app.get(JobQueue), gateway.app.get(Tracing)];
    const lookup = [{ provider: 'persona', lookup: randomUUID() }];
    const runner = gateway.app.get(DataSource).createQueryRunner();
    await runner.startTransaction();
    const add = () =>
      tracing.run('adds', { kind: 'internal', attributes: {}, parent: undefined }, () =>
        jobs.addUnlessWaiting(runner.manager, 'provider-lookup', lookup),
      );
    await add();
    await add();
    const added: { data: object }[] = await runner.manager.query(
      `SELECT data FROM kyc_jobs.job WHERE data ->> 'lookup' = $1`,
      [lookup[0]?.lookup],
    );
    await runner.rollbackTransaction();
    await runner.release();
    expect(added).toEqual([{ data: { ...lookup[0], traceparent: expect.stringMatching(/^00-.*-01$/) } }]);
  });
});

describe('A caller that asks not to be recorded', () => {
  it('is recorded in no span, and its trace is in the log', async () => {
    const [silent, loud] = [callersTrace('00'), callersTrace('01')];
    for (const { traceparent } of [silent, loud]) {
      await fetch(`${gateway.url}/api/kyc/status`, { headers: { traceparent } });
    }
    await findSpan(loud.traceId, 'GET /api/kyc/status');
    expect(collector.spans().filter(({ traceId }) => traceId === silent.traceId)).toEqual([]);
    expect(linesOf(silent.traceId, gateway.logs())).toContainEqual(
      expect.objectContaining({ msg: 'request completed' }),
    );
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

describe('A provider that fails', () => {
  it('gets no traceparent, and its call is marked with the code of the problem', async () => {
    const received: string[][] = [];
    const provider = createServer((request, response) => {
      received.push(Object.keys(request.headers));
      response.writeHead(500).end();
    });
    await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
    const { port } = provider.address() as { port: number };
    const other = await startGateway({
      environment: {
        PERSONA_API_URL: `http://127.0.0.1:${port}`,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      },
    });
    const caller = callersTrace();
    await other.start(await other.createUser(), {}, { traceparent: caller.traceparent });
    await other.close();
    await new Promise((resolve) => provider.close(resolve));

    expect(received.length).toBeGreaterThan(0);
    expect(received.flat()).not.toContain('traceparent');
    const spans = collector.spans().filter(({ traceId }) => traceId === caller.traceId);
    expect(spans.map(({ name, isError }) => [name, isError])).toEqual([
      ['persona create', true],
      [START, true],
    ]);
    expect(spans[0]?.attributes).toMatchObject({ 'error.type': 'provider.unavailable' });
  });
});

describe('A collector that rejects the spans', () => {
  it('disturbs no request, and is logged once a minute', async () => {
    const rejecting = await startCollector();
    rejecting.respondWith(400);
    const other = await startGateway({ environment: { OTEL_EXPORTER_OTLP_ENDPOINT: rejecting.url } });
    const user = await other.createUser();
    for (const _ of [1, 2]) {
      expect((await other.status(user)).status).toBe(200);
      const before = rejecting.exports();
      await eventually(async () => {
        await other.app.get(Tracing).flush();
        return rejecting.exports() > before || undefined;
      });
    }
    const warnings = other.logs().match(/"event":"tracing.export_failed".*/g);
    await other.close();
    await rejecting.close();
    expect(warnings).toEqual([expect.stringContaining('"spans":1,"reason":"the collector responded 400"')]);
  });
});

describe('A gateway without tracing', () => {
  it('logs the trace of a caller, and ignores a traceparent that is not valid', async () => {
    const other = await startGateway();
    const caller = callersTrace();
    const user = await other.createUser();
    await other.start(user, {}, { traceparent: caller.traceparent });
    await other.start(user, {}, { traceparent: `${caller.traceparent}-more` });
    const lines = linesOf(caller.traceId, other.logs());
    await other.close();
    const completed = lines.filter(({ msg }) => msg === 'request completed');
    expect(completed).toEqual([expect.objectContaining({ span_id: caller.spanId })]);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'kyc.session_opened' }));
  });
});
