import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { outboundAgent } from '../../../common/outbound-agent.ts';
import { hmacSha256Hex } from '../../../common/hmac.ts';
import type { Erasure } from '../kyc-provider.ts';
import { ProviderRefusedError, ProviderUnavailableError } from '../provider-errors.ts';
import { VeriffProvider } from './veriff.provider.ts';

const SECRET = 'abcdef12-abcd-abcd-abcd-abcdef012345';
const SESSION = '12df6045-3846-3e45-946a-14fa6136d78b';
const DELETED = { status: 'success', verification: { id: SESSION } };
const UNDECIDED = { status: 'success', verification: null };
const GONE = { status: 'fail', code: '1104', message: 'no such session' };

interface Answer {
  status: number;
  json: unknown;
  headers?: Record<string, string>;
}

let server: Server;
let answers: { DELETE: Answer; GET: Answer };
let requests: { call: string; signature: unknown }[];

beforeAll(async () => {
  server = createServer(({ method, url, headers }, response) => {
    requests.push({ call: `${method} ${url}`, signature: headers['x-hmac-signature'] });
    const answer = answers[method === 'DELETE' ? 'DELETE' : 'GET'];
    response.sendDate = answer.headers === undefined;
    response.writeHead(answer.status, answer.headers).end(JSON.stringify(answer.json));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function erase(deletion: Answer, read: Answer = { status: 500, json: {} }): Promise<Erasure> {
  requests = [];
  answers = { DELETE: deletion, GET: read };
  const { port } = server.address() as AddressInfo;
  const provider = new VeriffProvider({
    dispatcher: outboundAgent(),
    apiKey: '8e4c7f0a-0a3c-4a52-9d0f-6f0f6f8f1a2b',
    secrets: [SECRET],
    apiUrl: `http://127.0.0.1:${port}/v1`,
  });
  return provider.eraseSession(
    { sessionId: SESSION, keepsSharedData: false, now: new Date() },
    AbortSignal.timeout(10_000),
  );
}

describe('An erasure at Veriff', () => {
  it('makes one call with a signature over the session id', async () => {
    await erase({ status: 200, json: DELETED });
    expect(requests).toEqual([
      { call: `DELETE /v1/sessions/${SESSION}`, signature: hmacSha256Hex(SECRET, SESSION) },
    ]);
  });

  it("is final twelve hours later by Veriff's clock", async () => {
    const headers = { date: 'Wed, 04 Mar 2026 10:00:00 GMT' };
    const erasure = await erase({ status: 200, json: DELETED, headers });
    expect(erasure).toEqual({ finalAt: new Date('2026-03-04T22:00:00Z'), hasKeptSharedData: false });
  });

  it.each([{}, { date: 'yesterday' }])(
    'has no final time without a valid date header (%j)',
    async (headers) => {
      expect(await erase({ status: 200, json: DELETED, headers })).toEqual({
        finalAt: null,
        hasKeptSharedData: false,
      });
    },
  );

  it('resolves if the session can neither be deleted nor read', async () => {
    const gone = { status: 404, json: GONE };
    expect(await erase(gone, gone)).toEqual({ finalAt: null, hasKeptSharedData: false });
    expect(await erase({ status: 400, json: { code: '1306' } }, gone)).toEqual({
      finalAt: null,
      hasKeptSharedData: false,
    });
  });

  it('is refused after a 404 if the session can be read, because deleting is not enabled', async () => {
    const error = erase({ status: 404, json: GONE }, { status: 200, json: UNDECIDED });
    await expect(error).rejects.toMatchObject({ constructor: ProviderRefusedError, status: 404 });
  });

  it('is unavailable after a 400 if the session can be read, because Veriff still works on it', async () => {
    const error = erase({ status: 400, json: { code: '1305' } }, { status: 200, json: UNDECIDED });
    await expect(error).rejects.toMatchObject({ constructor: ProviderUnavailableError, status: 400 });
  });

  it.each([
    [429, ProviderUnavailableError],
    [401, ProviderRefusedError],
    [403, ProviderRefusedError],
  ])('rejects after the status %d without another call', async (status, kind) => {
    await expect(erase({ status, json: {} })).rejects.toMatchObject({ constructor: kind, status });
    expect(requests).toHaveLength(1);
  });

  it('rejects a response about another session', async () => {
    const json = { status: 'success', verification: { id: 'another' } };
    await expect(erase({ status: 200, json })).rejects.toThrow(ProviderUnavailableError);
  });
});
