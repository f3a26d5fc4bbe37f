import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { outboundAgent } from '../../../common/outbound-agent.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../provider-errors.ts';
import { PersonaProvider } from './persona.provider.ts';

interface Call {
  line: string;
  headers: IncomingHttpHeaders;
  body: string;
}
type Answer = 'hang-up' | (() => void) | [status: number, body: unknown];

const INQUIRY = { status: 'created', 'reference-id': 'user_42', 'expires-at': '2026-03-05T10:10:00.000Z' };
const META = { 'session-token': 'token', 'one-time-link': 'https://withpersona.com/verify?code=us1-x' };
const NOW = new Date('2026-03-04T10:10:00Z');
const REQUEST = {
  attemptId: '7f1c9a52-0000-4000-8000-000000000001',
  userId: 'user_42',
  redirectUrl: 'https://app.example.com/kyc/return',
  now: NOW,
};

let server: Server;
let answers: Answer[];
let calls: Call[];

beforeEach(async () => {
  answers = [];
  calls = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    calls.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
    const answer = answers.shift() ?? [500, { errors: [] }];
    if (typeof answer === 'function') answer();
    if (!Array.isArray(answer)) return request.socket.destroy();
    return response
      .writeHead(answer[0], { 'content-type': 'application/json' })
      .end(JSON.stringify(answer[1]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const signal = (): AbortSignal => AbortSignal.timeout(5_000);
const keys = (): unknown[] => calls.map(({ headers }) => headers['idempotency-key']);
const answered = (attributes: object = INQUIRY, meta: object | null = null, id = 'inq_1'): Answer => {
  return [200, { data: { type: 'inquiry', id, attributes }, ...(meta && { meta }) }];
};

function persona(options: { templateId?: string; isCompletedApproved?: boolean } = {}): PersonaProvider {
  return new PersonaProvider({
    dispatcher: outboundAgent(),
    apiKey: 'persona_sandbox_spec',
    templateId: 'itmpl_spec',
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    secrets: ['wbhsec_spec'],
    isCompletedApproved: false,
    ...options,
  });
}

describe('Creating an inquiry at Persona', () => {
  it('sends the user id, the template and the lifetimes, but no personal data', async () => {
    answers = [answered(INQUIRY, META)];
    await persona().createSession(REQUEST, signal());
    expect(calls[0]).toMatchObject({
      line: 'POST /api/v1/inquiries',
      headers: {
        authorization: 'Bearer persona_sandbox_spec',
        'persona-version': '2025-12-08',
        'key-inflection': 'kebab',
        'content-type': 'application/json',
      },
    });
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
      data: { attributes: { 'inquiry-template-id': 'itmpl_spec', 'redirect-uri': REQUEST.redirectUrl } },
      meta: {
        'auto-create-account': true,
        'auto-create-account-reference-id': 'user_42',
        'auto-create-inquiry-session': true,
        'auto-create-one-time-link': true,
        'expiration-after-create-interval-seconds': 86400,
        'expiration-after-start-interval-seconds': 86400,
        'expiration-after-resume-interval-seconds': 86400,
      },
    });
  });

  it('returns the link, the token and the expiry time of the inquiry', async () => {
    answers = [answered(INQUIRY, META)];
    await expect(persona().createSession(REQUEST, signal())).resolves.toEqual({
      sessionId: 'inq_1',
      url: META['one-time-link'],
      sdkToken: 'token',
      expiresAt: new Date('2026-03-05T10:10:00Z'),
      resumeToken: null,
    });
  });

  it.each([
    ['itmpl_a', 'inquiry-template-id'],
    ['itmplv_a', 'inquiry-template-version-id'],
    ['tmpl_a', 'template-id'],
  ])('sends the template %s as %s', async (templateId, selector) => {
    answers = [answered(INQUIRY, META)];
    await persona({ templateId }).createSession(REQUEST, signal());
    const { data } = JSON.parse(calls[0]?.body ?? '') as { data: { attributes: object } };
    expect(data.attributes).toEqual({ [selector]: templateId, 'redirect-uri': REQUEST.redirectUrl });
  });

  it('uses the same key for the same attempt and another key for another body or attempt', async () => {
    answers = Array<Answer>(4).fill(answered(INQUIRY, META));
    await persona().createSession(REQUEST, signal());
    await persona().createSession({ ...REQUEST, now: new Date() }, signal());
    await persona().createSession({ ...REQUEST, redirectUrl: 'https://app.example.com/other' }, signal());
    await persona().createSession({ ...REQUEST, attemptId: 'another' }, signal());
    expect(keys()[1]).toBe(keys()[0]);
    expect(new Set(keys()).size).toBe(3);
  });

  it('uses a new key after Persona stored a 500 under the second key', async () => {
    answers = [[500, {}], [500, {}], [500, {}], answered(INQUIRY, META)];
    await expect(persona().createSession(REQUEST, signal())).rejects.toThrow(ProviderUnavailableError);
    await persona().createSession({ ...REQUEST, now: new Date(NOW.getTime() + 1_000) }, signal());
    expect(new Set(keys()).size).toBe(3);
  });

  it.each<[string, Answer, number, typeof ProviderUnavailableError | typeof ProviderRefusedError]>([
    ['a closed connection', 'hang-up', 2, ProviderUnavailableError],
    ['a 503', [503, {}], 2, ProviderUnavailableError],
    ['a 429', [429, {}], 1, ProviderUnavailableError],
    ['a 422', [422, {}], 1, ProviderRefusedError],
  ])('after %s makes a limited number of calls and throws', async (_, answer, times, situation) => {
    answers = [answer, answer, answer];
    await expect(persona().createSession(REQUEST, signal())).rejects.toThrow(situation);
    expect(calls).toHaveLength(times);
  });

  it('is not repeated after the signal has aborted', async () => {
    const time = new AbortController();
    answers = [() => time.abort()];
    await expect(persona().createSession(REQUEST, time.signal)).rejects.toThrow(ProviderUnavailableError);
    expect(calls).toHaveLength(1);
  });

  it.each<[string, Answer]>([
    ['neither link nor token', answered(INQUIRY, { 'session-token': null, 'one-time-link': null })],
    ['a malformed link', answered(INQUIRY, { ...META, 'one-time-link': 'javascript:alert(1)' })],
  ])('is unavailable if the response has %s', async (_, answer) => {
    answers = [answer];
    await expect(persona().createSession(REQUEST, signal())).rejects.toThrow(ProviderUnavailableError);
  });
});

describe('Resuming an inquiry at Persona', () => {
  const open = { sessionId: 'inq_1', resumeToken: null, redirectUrl: REQUEST.redirectUrl, now: NOW };
  const link: Answer = [200, { meta: { 'one-time-link': META['one-time-link'] } }];

  it('creates a new link for an inquiry that was never started', async () => {
    answers = [answered(), link];
    const session = await persona().resumeSession(open, signal());
    expect(session).toMatchObject({ sessionId: 'inq_1', url: META['one-time-link'], sdkToken: null });
    expect(calls.map(({ line }) => line)).toEqual([
      'GET /api/v1/inquiries/inq_1',
      'POST /api/v1/inquiries/inq_1/generate-one-time-link',
    ]);
  });

  it('creates a new session for a pending inquiry', async () => {
    const pending = { ...INQUIRY, status: 'pending' };
    answers = [answered(pending), answered(pending, { 'session-token': 'again' }), link];
    const session = await persona().resumeSession(open, signal());
    expect(session).toMatchObject({ url: META['one-time-link'], sdkToken: 'again' });
    expect(calls[1]?.line).toBe('POST /api/v1/inquiries/inq_1/resume');
  });

  it.each<[string, Answer[]]>([
    ['the inquiry has an unknown status', [answered({ ...INQUIRY, status: 'new-word' })]],
    ['Persona responds 404', [answered({ ...INQUIRY, status: 'pending' }), [404, { errors: [] }]]],
    ['Persona responds 409', [answered({ ...INQUIRY, status: 'pending' }), [409, { errors: [] }]]],
  ])('is not possible if %s', async (_, given) => {
    answers = given;
    await expect(persona().resumeSession(open, signal())).rejects.toThrow(SessionNotResumableError);
  });

  it('makes no call with a malformed id', async () => {
    const odd = { ...open, sessionId: '../accounts?x=#' };
    await expect(persona().resumeSession(odd, signal())).rejects.toThrow(ProviderRefusedError);
    expect(calls).toHaveLength(0);
  });
});

describe('Reading a decision at Persona', () => {
  const at = '2026-03-04T10:20:30.000Z';
  const updated = '2026-03-04T11:00:00.000Z';

  it('dates a status by its own time and not by the last change', async () => {
    answers = [
      answered({ ...INQUIRY, status: 'needs_review', 'marked-for-review-at': at, 'updated-at': updated }),
    ];
    await expect(persona().readDecision('inq_1', signal())).resolves.toMatchObject({
      provider: 'persona',
      eventKey: `poll:inq_1:needs_review:${at}`,
      sessionId: 'inq_1',
      reference: 'user_42',
      outcome: 'in_review',
      occurredAt: new Date(at),
    });
  });

  it('dates a status without a time by the last change', async () => {
    answers = [answered({ status: 'approved', 'decisioned-at': null, 'updated-at': updated })];
    const occurredAt = new Date(updated);
    await expect(persona().readDecision('inq_1', signal())).resolves.toMatchObject({ occurredAt });
  });

  it.each(['approved', 'declined', 'failed'])('rejects the status %s without a time', async (status) => {
    answers = [answered({ status })];
    await expect(persona().readDecision('inq_1', signal())).rejects.toThrow(ProviderUnavailableError);
  });

  it('accepts an unknown status without a time', async () => {
    answers = [answered({ status: 'new-word' })];
    const event = await persona().readDecision('inq_1', signal());
    expect(event).toMatchObject({ outcome: 'unknown', occurredAt: null, eventKey: 'poll:inq_1:new-word:-' });
  });

  it('approves a completed inquiry only if the operator configured that', async () => {
    answers = [answered({ status: 'completed', 'completed-at': at })];
    const event = persona({ isCompletedApproved: true }).readDecision('inq_1', signal());
    await expect(event).resolves.toMatchObject({ outcome: 'approved' });
  });

  it('limits the length of the event key', async () => {
    const id = 'i'.repeat(255);
    answers = [answered({ status: 'pending' }, null, id)];
    const event = await persona().readDecision(id, signal());
    expect(event?.eventKey).toMatch(/^poll:sha256:[0-9a-f]{64}$/);
  });
});
