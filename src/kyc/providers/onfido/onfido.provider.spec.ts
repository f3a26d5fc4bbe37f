import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { outboundAgent } from '../../../common/outbound-agent.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../provider-errors.ts';
import { OnfidoProvider } from './onfido.provider.ts';

const TOKEN = 'api_sandbox.the-token-of-this-spec';
const NOW = new Date('2026-03-04T10:10:00Z');
const RUN = '2f152409-d6c4-4711-8750-48517f99a8d6';
const CHECK = 'f2302f45-1111-4222-8333-444455556666';
const APPLICANT = '0f1c2d3e-1111-4222-8333-444455556666';
const REQUEST = {
  attemptId: 'attempt-1',
  userId: 'user_42',
  redirectUrl: 'https://app.example/back?a=1',
  now: NOW,
};
const never = new AbortController().signal;

type Reply = (response: ServerResponse, request: IncomingMessage) => void;
const requests: { call: string; authorization: string | undefined; body: string }[] = [];
let replies: Record<string, Reply> = {};
let server: Server;
let provider: OnfidoProvider;

const json =
  (body: unknown, status = 200, headers: Record<string, string> = {}): Reply =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };

const run = (fields: object) => ({
  id: RUN,
  applicant_id: APPLICANT,
  customer_user_id: 'user_42',
  status: 'awaiting_input',
  reasons: [],
  sdk_token: 'sdk.token',
  link: { url: `https://eu.onfido.app/l/${RUN}`, expires_at: '2026-03-11T10:10:00Z' },
  updated_at: '2026-03-04T10:20:30Z',
  ...fields,
});

beforeAll(async () => {
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const call = `${request.method} ${request.url?.split('?')[0]?.replace('/v3.6', '')}`;
      requests.push({ call, authorization: request.headers.authorization, body });
      (replies[call] ?? json({ error: { message: 'unexpected' } }, 404))(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  provider = new OnfidoProvider({
    dispatcher: outboundAgent(),
    apiKey: TOKEN,
    workflowId: '9a8b7c6d-1111-4222-8333-444455556666',
    secrets: ['webhook-token'],
    region: 'eu',
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3.6/`,
  });
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

beforeEach(() => {
  requests.length = 0;
  replies = { 'POST /applicants': json({ id: APPLICANT }, 201) };
});

async function failure(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => Promise.reject(new Error('resolved')),
    (error: unknown) => error,
  );
}

describe('Creating a session at Onfido', () => {
  it('creates an applicant without a real name, then a run for the user with a link for seven days', async () => {
    replies['POST /workflow_runs'] = json(run({}), 201);
    await expect(provider.createSession(REQUEST, never)).resolves.toEqual({
      sessionId: RUN,
      url: `https://eu.onfido.app/l/${RUN}`,
      sdkToken: 'sdk.token',
      expiresAt: new Date('2026-03-11T10:10:00Z'),
      resumeToken: null,
    });
    expect(requests.map(({ call }) => call)).toEqual(['POST /applicants', 'POST /workflow_runs']);
    expect(requests[0]?.authorization).toBe(`Token token=${TOKEN}`);
    expect(JSON.parse(requests[1]?.body ?? '')).toEqual({
      workflow_id: '9a8b7c6d-1111-4222-8333-444455556666',
      applicant_id: APPLICANT,
      customer_user_id: 'user_42',
      tags: ['attempt:attempt-1'],
      link: {
        completed_redirect_url: REQUEST.redirectUrl,
        expired_redirect_url: REQUEST.redirectUrl,
        expires_at: '2026-03-11T10:10:00.000Z',
      },
    });
  });

  it.each<[string, Reply, new (...args: never[]) => Error]>([
    ['responds 422', json({ error: { type: 'validation_error', secret: TOKEN } }, 422), ProviderRefusedError],
    ['responds without a body', (response) => response.writeHead(204).end(), ProviderUnavailableError],
    ['responds without JSON', (response) => response.end('<html>Jane</html>'), ProviderUnavailableError],
    [
      'responds with a file path',
      (response) => response.writeHead(201, { 'content-type': 'text/html' }).end('/etc/passwd'),
      ProviderUnavailableError,
    ],
    [
      'returns no link and no token',
      json(run({ link: null, sdk_token: null }), 201),
      ProviderUnavailableError,
    ],
    [
      'returns a script as the link',
      json(run({ link: { url: 'javascript:1' } }), 201),
      ProviderUnavailableError,
    ],
    ['returns an unsafe id', json(run({ id: '..' }), 201), ProviderUnavailableError],
  ])('makes each call once and reveals no token if Onfido %s', async (_, reply, errorClass) => {
    replies['POST /workflow_runs'] = reply;
    const error = await failure(provider.createSession(REQUEST, never));
    expect(error).toBeInstanceOf(errorClass);
    expect(requests).toHaveLength(2);
    const shown = inspect([error, provider], { depth: 10, showHidden: true });
    expect(shown).not.toContain(TOKEN);
    expect(shown).not.toContain('Jane');
    expect(shown).not.toContain('webhook-token');
  });

  it("ends when the caller's signal aborts, also between the two calls", async () => {
    const caller = new AbortController();
    replies['POST /workflow_runs'] = () => caller.abort();
    const error = await failure(provider.createSession(REQUEST, caller.signal));
    expect(error).toBeInstanceOf(ProviderUnavailableError);
    await failure(provider.createSession(REQUEST, caller.signal));
    expect(requests).toHaveLength(2);
  });
});

describe('Resuming a session at Onfido', () => {
  const session = { sessionId: RUN, resumeToken: null, redirectUrl: REQUEST.redirectUrl, now: NOW };

  it.each(['awaiting_input', 'awaiting_client_input'])(
    'works if the status of the run is %s',
    async (status) => {
      replies[`GET /workflow_runs/${RUN}`] = json(run({ status }));
      await expect(provider.resumeSession(session, never)).resolves.toMatchObject({
        sessionId: RUN,
        url: `https://eu.onfido.app/l/${RUN}`,
        sdkToken: 'sdk.token',
      });
    },
  );

  it.each(['processing', 'approved', 'declined', 'review', 'abandoned', 'error', 'a_new_word'])(
    'is not possible if the status of the run is %s',
    async (status) => {
      replies[`GET /workflow_runs/${RUN}`] = json(run({ status }));
      expect(await failure(provider.resumeSession(session, never))).toBeInstanceOf(SessionNotResumableError);
    },
  );

  it('is not possible if the run does not exist or its link has expired', async () => {
    expect(await failure(provider.resumeSession(session, never))).toBeInstanceOf(SessionNotResumableError);
    replies[`GET /workflow_runs/${RUN}`] = json(run({}));
    const later = { ...session, now: new Date('2026-03-11T10:10:00Z') };
    expect(await failure(provider.resumeSession(later, never))).toBeInstanceOf(SessionNotResumableError);
  });
});

describe('Reading a run at Onfido', () => {
  it('reads the requested run', async () => {
    replies[`GET /workflow_runs/${RUN}`] = json(run({ status: 'declined', reasons: ['document_expired'] }));
    await expect(provider.readDecision(RUN, never)).resolves.toMatchObject({
      sessionId: RUN,
      outcome: 'declined',
      reason: 'document_expired',
    });
  });

  it.each([
    ["another run's state", run({ id: CHECK, status: 'approved' })],
    ['without a status', run({ status: undefined })],
    ['a list', []],
  ])('is unavailable if the response is %s', async (_, answer) => {
    replies[`GET /workflow_runs/${RUN}`] = json(answer);
    expect(await failure(provider.readDecision(RUN, never))).toBeInstanceOf(ProviderUnavailableError);
  });

  it('makes no call with a malformed id', async () => {
    expect(await failure(provider.readDecision('..', never))).toBeInstanceOf(ProviderRefusedError);
    expect(requests).toEqual([]);
  });
});

describe('Looking up a check at Onfido', () => {
  const check = {
    id: CHECK,
    applicant_id: APPLICANT,
    status: 'complete',
    result: 'consider',
    created_at: '2026-03-04T10:15:00Z',
  };

  function lookUp(runs: object[]) {
    replies[`GET /checks/${CHECK}`] = json(check);
    replies['GET /workflow_runs'] = (response, request) => {
      const query = new URL(request.url ?? '', 'http://localhost').searchParams;
      const isRight =
        query.get('applicant_id') === APPLICANT && query.get('sort') === 'desc' && query.size === 2;
      json(isRight ? runs : { error: 'the query is wrong' })(response, request);
    };
    return provider.readLookup(`check:${CHECK}`, never);
  }

  it("finds the newest run of the check's applicant", async () => {
    const older = run({ id: CHECK, status: 'approved' });
    expect(await lookUp([run({ status: 'declined' }), older])).toMatchObject({
      sessionId: RUN,
      outcome: 'declined',
    });
  });

  it('treats a check without a run as the session', async () => {
    expect(await lookUp([])).toMatchObject({ sessionId: CHECK, outcome: 'in_review' });
  });

  it("does not use another applicant's verdict if Onfido ignores the filter", async () => {
    const stranger = run({ status: 'approved', applicant_id: CHECK });
    expect(await lookUp([stranger])).toMatchObject({ sessionId: CHECK, outcome: 'in_review' });
  });

  it.each(['check:..', 'check:', 'run:abc', ''])('is refused for the lookup %j', async (lookup) => {
    expect(await failure(provider.readLookup(lookup, never))).toBeInstanceOf(ProviderRefusedError);
    expect(requests).toEqual([]);
  });
});
