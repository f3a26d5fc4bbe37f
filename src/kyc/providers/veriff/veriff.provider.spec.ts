import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { outboundAgent } from '../../../common/outbound-agent.ts';
import { hmacSha256Hex } from '../../../common/hmac.ts';
import { ProviderUnavailableError, SessionNotResumableError } from '../provider-errors.ts';
import { VeriffProvider } from './veriff.provider.ts';

const KEY = '8e4c7f0a-0a3c-4a52-9d0f-6f0f6f8f1a2b';
const OLD = 'abcdef12-abcd-abcd-abcd-abcdef012345';
const NEW = 'fedcba98-dcba-dcba-dcba-fedcba987654';
const SESSION = '12df6045-3846-3e45-946a-14fa6136d78b';
const USER = '5b6f1c9e-1111-4222-8333-444455556666';
const LINK = 'https://alchemy.veriff.example/v/eyJhbGciOi';
const NOW = new Date('2026-03-04T10:00:00.000Z');
const DECIDED = '2026-03-04T10:20:30.123Z';

interface RecordedRequest {
  method: string | undefined;
  url: string | undefined;
  headers: IncomingMessage['headers'];
  body: string;
}

let server: Server;
let requests: RecordedRequest[];
let answer: (response: Parameters<RequestListener>[1]) => void;

beforeEach(async () => {
  requests = [];
  server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method, url, headers } = request;
    requests.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function veriff(...secrets: string[]): VeriffProvider {
  const { port } = server.address() as AddressInfo;
  return new VeriffProvider({
    dispatcher: outboundAgent(),
    apiKey: KEY,
    secrets,
    apiUrl: `http://127.0.0.1:${port}/v1`,
  });
}

function answerWith(json: unknown, status = 200): void {
  answer = (response) => response.writeHead(status).end(JSON.stringify(json));
}

function answerCreated(verification: Record<string, unknown> = {}): void {
  answerWith({ status: 'success', verification: { id: SESSION, url: LINK, ...verification } }, 201);
}

function answerDecision(verification: Record<string, unknown> | null): void {
  answerWith({ status: 'success', verification: verification && { id: SESSION, ...verification } });
}

const signal = AbortSignal.timeout(20_000);

function create(provider: VeriffProvider, changes: { userId?: string; redirectUrl?: string } = {}) {
  const redirectUrl = 'https://app.example.com/done?é=1';
  return provider.createSession({ attemptId: USER, userId: USER, redirectUrl, now: NOW, ...changes }, signal);
}

function resume(provider: VeriffProvider, resumeToken: string | null) {
  return provider.resumeSession(
    { sessionId: SESSION, resumeToken, redirectUrl: 'https://a.example', now: NOW },
    signal,
  );
}

describe('A new session at Veriff', () => {
  it('is requested with a signature of the newest secret over the sent bytes', async () => {
    answerCreated();
    await create(veriff(NEW, OLD));
    expect(requests).toHaveLength(1);
    const { method, url, headers, body } = only(requests);
    expect([method, url]).toEqual(['POST', '/v1/sessions']);
    expect(headers).toMatchObject({ 'x-auth-client': KEY, 'x-hmac-signature': hmacSha256Hex(NEW, body) });
    expect(JSON.parse(body)).toEqual({
      verification: { callback: 'https://app.example.com/done?é=1', vendorData: USER, endUserId: USER },
    });
  });

  it('has the link that Veriff returns and expires after seven days', async () => {
    answerCreated();
    expect(await create(veriff(NEW))).toEqual({
      sessionId: SESSION,
      url: LINK,
      sdkToken: null,
      expiresAt: new Date('2026-03-11T10:00:00.000Z'),
      resumeToken: expect.any(String),
    });
  });

  it('is requested without values that Veriff rejects: an http redirect URL, a user id that is not a UUID', async () => {
    answerCreated();
    await create(veriff(NEW), { userId: 'user_42', redirectUrl: 'http://localhost:5173/done' });
    expect(JSON.parse(only(requests).body)).toEqual({ verification: { vendorData: 'user_42' } });
  });

  it.each(['http://alchemy.veriff.example/v/1', 'javascript:alert(1)', 'not a link', ''])(
    'is unavailable with the link %j',
    async (url) => {
      answerCreated({ url });
      await expect(create(veriff(NEW))).rejects.toBeInstanceOf(ProviderUnavailableError);
    },
  );

  it('can have the link of an emulator on this machine', async () => {
    answerCreated({ url: 'http://localhost:4010/v/1' });
    expect((await create(veriff(NEW))).url).toBe('http://localhost:4010/v/1');
  });

  it.each<[string, typeof answer]>([
    ['a closed connection', (response) => response.destroy()],
    ['a server error', (response) => response.writeHead(500).end('{}')],
    [
      'a failure with the status 200',
      (response) => response.writeHead(200).end('{"status":"fail","code":"1104"}'),
    ],
  ])('is not requested again after %s', async (_, misbehave) => {
    answer = misbehave;
    await expect(create(veriff(NEW))).rejects.toBeInstanceOf(ProviderUnavailableError);
    expect(requests).toHaveLength(1);
  });
});

describe('Resuming a session at Veriff', () => {
  it.each([null, 'created', 'started', 'resubmission_requested'])(
    'returns the same link while the status is %s',
    async (status) => {
      answerCreated();
      const { resumeToken } = await create(veriff(NEW));
      answerDecision(status === null ? null : { status });
      const session = await resume(veriff(NEW), resumeToken);
      expect(session).toMatchObject({ sessionId: SESSION, url: LINK, sdkToken: null, expiresAt: null });
    },
  );

  it('works during a rotation, and later without the old secret', async () => {
    answerCreated();
    const first = await create(veriff(OLD));
    answerDecision(null);
    const second = await resume(veriff(NEW, OLD), first.resumeToken);
    expect((await resume(veriff(NEW), second.resumeToken)).url).toBe(LINK);
    await expect(resume(veriff(NEW), first.resumeToken)).rejects.toBeInstanceOf(SessionNotResumableError);
  });

  it.each(['approved', 'declined', 'review', 'submitted', 'expired', 'abandoned', 'celebrated'])(
    'is not possible with the status %s',
    async (status) => {
      answerCreated();
      const { resumeToken } = await create(veriff(NEW));
      answerDecision({ status });
      await expect(resume(veriff(NEW), resumeToken)).rejects.toBeInstanceOf(SessionNotResumableError);
    },
  );

  it('is not possible without a resume token', async () => {
    answerDecision(null);
    await expect(resume(veriff(NEW), null)).rejects.toBeInstanceOf(SessionNotResumableError);
  });
});

describe('Reading a decision at Veriff', () => {
  it('sends a signature over the session id', async () => {
    answerDecision(null);
    expect(await veriff(NEW, OLD).readDecision(SESSION, signal)).toBeNull();
    const { method, url, headers } = only(requests);
    expect([method, url]).toEqual(['GET', `/v1/sessions/${SESSION}/decision`]);
    expect(headers).toMatchObject({ 'x-auth-client': KEY, 'x-hmac-signature': hmacSha256Hex(NEW, SESSION) });
  });

  it('returns the same event for each read', async () => {
    const verification = { attemptId: 'a-1', status: 'declined', vendorData: USER, decisionTime: DECIDED };
    answerDecision({ ...verification, reasonCode: '207', acceptanceTime: null });
    const event = await veriff(NEW).readDecision(SESSION, signal);
    expect(event).toEqual({
      provider: 'veriff',
      eventKey: `poll:${SESSION}:a-1:declined:${DECIDED}`,
      sessionId: SESSION,
      reference: USER,
      outcome: 'declined',
      reason: 'document_expired',
      occurredAt: new Date(DECIDED),
    });
    expect(await veriff(OLD).readDecision(SESSION, signal)).toEqual(event);
  });

  it('dates a decision without a time by its acceptance', async () => {
    answerDecision({ status: 'approved', decisionTime: null, acceptanceTime: DECIDED });
    expect((await veriff(NEW).readDecision(SESSION, signal))?.occurredAt).toEqual(new Date(DECIDED));
  });

  it.each(['approved', 'declined'])('is unavailable if the status is %s without any time', async (status) => {
    answerDecision({ status });
    await expect(veriff(NEW).readDecision(SESSION, signal)).rejects.toBeInstanceOf(ProviderUnavailableError);
  });

  it.each(['expired', 'abandoned'])('accepts the status %s without a time', async (status) => {
    answerDecision({ status, decisionTime: null, acceptanceTime: DECIDED });
    const event = await veriff(NEW).readDecision(SESSION, signal);
    expect(event).toMatchObject({
      outcome: status,
      occurredAt: null,
      eventKey: `poll:${SESSION}:-:${status}:-`,
    });
  });

  it('limits the length of the event key', async () => {
    answerDecision({ attemptId: 'a'.repeat(255), status: 'x'.repeat(255) });
    expect((await veriff(NEW).readDecision(SESSION, signal))?.eventKey).toMatch(/^poll:sha256:[0-9a-f]{64}$/);
  });

  it('rejects a response about another session', async () => {
    answerDecision({ id: 'another', status: 'approved', decisionTime: DECIDED });
    await expect(veriff(NEW).readDecision(SESSION, signal)).rejects.toBeInstanceOf(ProviderUnavailableError);
  });

  it('needs no lookup', async () => {
    expect(await veriff(NEW).readLookup()).toBeNull();
    expect(requests).toHaveLength(0);
  });
});

function only<T>(items: readonly T[]): T {
  const [item] = items;
  if (item === undefined || items.length > 1) throw new Error(`expected one, got ${items.length}`);
  return item;
}
