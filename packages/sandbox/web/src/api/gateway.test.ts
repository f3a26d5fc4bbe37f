/// <reference types="jest" />
import { createTokenSource } from '../app/session/token-source.ts';
import { createGateway } from './gateway.ts';

const STARTED = { session_id: 'a1', session_url: 'https://provider.example/a1' };
const never = new AbortController().signal;

describe('The client of the gateway', () => {
  let seen: string[];
  let answer: (token: string | null) => Response | Promise<Response>;

  function gateway() {
    const fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
      const request = new Request(input, init);
      const token = request.headers.get('authorization');
      const { pathname, search } = new URL(request.url);
      seen.push(`${request.method} ${pathname}${search} ${token}`);
      return answer(token);
    };
    const tokens = createTokenSource(
      'old',
      () => Promise.resolve('new'),
      () => undefined,
    );
    return createGateway('https://kyc.example', tokens, fetch);
  }

  beforeEach(() => {
    seen = [];
    answer = () => Response.json(STARTED, { status: 201 });
  });

  it('sends the access token with a call', async () => {
    expect(await gateway().start()).toEqual({ ok: true, value: STARTED });
    expect(seen).toEqual(['POST /api/kyc/start-verification Bearer old']);
  });

  it('replaces a rejected token and repeats the call', async () => {
    answer = (token) =>
      token === 'Bearer new' ? Response.json(STARTED) : problem(401, 'auth.token_invalid');
    expect((await gateway().start()).ok).toBe(true);
    expect(seen).toEqual([
      'POST /api/kyc/start-verification Bearer old',
      'POST /api/kyc/start-verification Bearer new',
    ]);
  });

  it('tells the gateway of a return in the status call only when the user has returned', async () => {
    await gateway().status(never);
    await gateway().status(never, true);
    expect(seen).toEqual(['GET /api/kyc/status Bearer old', 'GET /api/kyc/status?returned=true Bearer old']);
  });

  it('returns the problem when the new token is rejected too', async () => {
    answer = () => problem(401, 'auth.token_invalid');
    expect(await gateway().status(never)).toMatchObject({
      ok: false,
      problem: { code: 'auth.token_invalid', status: 401 },
    });
    expect(seen.length).toBe(2);
  });

  it('returns the code of a problem and its Retry-After', async () => {
    answer = () => problem(429, 'request.rate_limited', { 'retry-after': '17' });
    expect(await gateway().start()).toEqual({
      ok: false,
      problem: { code: 'request.rate_limited', status: 429, retryAfterSeconds: 17 },
    });
  });

  it('returns a problem of its own when a proxy responds in place of the gateway', async () => {
    answer = () => new Response('<h1>Bad gateway</h1>', { status: 502 });
    expect(await gateway().start()).toMatchObject({
      problem: { code: 'app.unexpected_answer', status: 502 },
    });
  });

  it('returns a problem of its own when no response arrives', async () => {
    answer = () => Promise.reject(new TypeError('Failed to fetch'));
    expect(await gateway().stream(null, never)).toMatchObject({
      problem: { code: 'app.unreachable', status: 0 },
    });
  });
});

function problem(status: number, code: string, headers: Record<string, string> = {}): Response {
  return Response.json({ type: `urn:problem:kyc:${code}`, title: '', status, code }, { status, headers });
}
