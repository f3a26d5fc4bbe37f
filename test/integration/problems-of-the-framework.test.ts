import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { refuseBrokenRequest } from '../../src/http/odd-requests.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

interface RawAnswer {
  status: number;
  headers: Headers;
  body: string;
}

/** Writes the bytes as they are, and reads until the other side hangs up. */
async function exchange(port: number, request: string): Promise<RawAnswer[]> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(request);
  await once(socket, 'close');
  return readAnswers(Buffer.concat(chunks).toString());
}

function readAnswers(text: string): RawAnswer[] {
  const answers: RawAnswer[] = [];
  for (let rest = text; rest !== '';) {
    const end = rest.indexOf('\r\n\r\n');
    const [statusLine = '', ...lines] = rest.slice(0, end).split('\r\n');
    const headers = new Headers(lines.map((line) => line.split(/: (.*)/s).slice(0, 2) as [string, string]));
    const status = Number(statusLine.split(' ')[1]);
    const length = status < 200 ? 0 : Number(headers.get('content-length') ?? 0);
    answers.push({ status, headers, body: rest.slice(end + 4, end + 4 + length) });
    rest = rest.slice(end + 4 + length);
  }
  return answers;
}

function connectionsOf({ app }: TestGateway): Promise<number> {
  const server = app.getHttpServer() as Server;
  return new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
}

const START = '/api/kyc/start-verification';
const HEAD = 'host: kyc.example.com\r\nconnection: close\r\n';
const JSON_HEAD = `${HEAD}content-type: application/json\r\n`;

describe('A request that fails before it reaches a route', () => {
  let gateway: TestGateway;
  let port: number;
  beforeAll(async () => {
    gateway = await startGateway();
    port = Number(new URL(gateway.url).port);
  });
  afterAll(() => gateway.close());

  const ask = async (request: string) => {
    const answers = await exchange(port, request);
    return answers.at(-1) ?? { status: 0, headers: new Headers(), body: '' };
  };
  it('is not treated as a database failure when the caller disconnects while sending the body', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(`POST /api/webhooks/kyc-status HTTP/1.1\r\n${JSON_HEAD}content-length: 100\r\n\r\n{"half`);
    await once(socket, 'connect');
    await eventually(async () => ((await connectionsOf(gateway)) > 0 ? true : undefined));
    socket.destroy();

    const line = await eventually(async () => {
      const logged = gateway.logs().split('\n');
      return logged.find((each) => each.includes('the caller hung up'));
    });
    expect(JSON.parse(line)).toMatchObject({ level: 30, status: 400, code: 'request.malformed' });
  });

  const withMethod = (method: string, path: string) => ask(`${method} ${path} HTTP/1.1\r\n${HEAD}\r\n`);

  it.each([
    ['a malformed URL', 400, 'request.malformed', `GET /%E0%A4%A HTTP/1.1\r\n${HEAD}\r\n`],
    ['a malformed URL behind a route', 400, 'request.malformed', `POST ${START}%ff HTTP/1.1\r\n${HEAD}\r\n`],
    ['no HTTP', 400, 'request.malformed', 'hello\r\n\r\n'],
    ['a method that there is not', 400, 'request.malformed', `FETCH / HTTP/1.1\r\n${HEAD}\r\n`],
    ['a version that there is not', 400, 'request.malformed', `GET / HTTP/4.2\r\n${HEAD}\r\n`],
    ['a header without a name', 400, 'request.malformed', `GET / HTTP/1.1\r\n${HEAD}: x\r\n\r\n`],
    ['no host', 400, 'request.malformed', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n'],
    ['two hosts', 400, 'request.malformed', `GET / HTTP/1.1\r\nhost: a.example.com\r\n${HEAD}\r\n`],
    [
      'a length that is no number',
      400,
      'request.malformed',
      `POST ${START} HTTP/1.1\r\n${JSON_HEAD}content-length: two\r\n\r\n{}`,
    ],
    [
      'two lengths',
      400,
      'request.malformed',
      `POST ${START} HTTP/1.1\r\n${JSON_HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
    ],
    [
      'a length and chunks',
      400,
      'request.malformed',
      `POST ${START} HTTP/1.1\r\n${JSON_HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    [
      'a broken chunk',
      400,
      'request.malformed',
      `POST ${START} HTTP/1.1\r\n${JSON_HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n`,
    ],
    [
      'a length beyond the limit',
      413,
      'request.too_large',
      `POST ${START} HTTP/1.1\r\n${JSON_HEAD}content-length: 99999999\r\n\r\n`,
    ],
    [
      'another media type',
      415,
      'request.unsupported_media_type',
      `POST ${START} HTTP/1.1\r\n${HEAD}content-type: text/xml\r\ncontent-length: 2\r\n\r\n{}`,
    ],
    [
      'no media type',
      415,
      'request.unsupported_media_type',
      `POST ${START} HTTP/1.1\r\n${HEAD}content-length: 2\r\n\r\n{}`,
    ],
    [
      'an expectation of its own',
      417,
      'request.expectation_failed',
      `POST ${START} HTTP/1.1\r\n${JSON_HEAD}expect: wonders\r\ncontent-length: 2\r\n\r\n{}`,
    ],
    ['a header without end', 431, 'request.headers_too_large', `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}`],
    ['an address without end', 431, 'request.headers_too_large', `GET /${'y'.repeat(20_000)}`],
    ['an unknown address', 404, 'request.not_found', `GET /nothing HTTP/1.1\r\n${HEAD}\r\n`],
    ['two slashes', 404, 'request.not_found', `GET //api/kyc/status HTTP/1.1\r\n${HEAD}\r\n`],
    ['no address', 404, 'request.not_found', `OPTIONS * HTTP/1.1\r\n${HEAD}\r\n`],
    ['an old version', 404, 'request.not_found', 'GET /nothing HTTP/1.0\r\n\r\n'],
    ['a tunnel', 405, 'request.method_not_allowed', `CONNECT kyc.example.com:443 HTTP/1.1\r\n${HEAD}\r\n`],
  ])('gets a problem response: %s', async (_, status, code, request) => {
    const answer = await ask(request);

    expect([answer.status, answer.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    expect(JSON.parse(answer.body)).toEqual({
      type: `urn:problem:kyc:${code}`,
      title: expect.any(String),
      status,
      code,
    });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-request-id')).toMatch(/^[\w-]{36}$/);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'gets the allowed methods in response to %s',
    async (method) => {
      const answers = await Promise.all(
        [START, '/api/kyc/status', '/nothing'].map((path) => withMethod(method, path)),
      );

      expect(answers.map(({ status }) => status)).toEqual([405, 405, 404]);
      expect(answers.map(({ headers }) => headers.get('allow'))).toEqual(['POST', 'GET, HEAD', null]);
      expect(answers.map(({ body }) => (JSON.parse(body) as { status: number }).status)).toEqual([
        405, 405, 404,
      ]);
    },
  );

  it('gets the allowed methods without a body in response to an unsupported HEAD', async () => {
    const { status, headers, body } = await withMethod('HEAD', START);
    expect([status, headers.get('allow'), headers.get('content-type')]).toEqual([
      405,
      'POST',
      'application/problem+json; charset=utf-8',
    ]);
    expect(body).toBe('');
  });

  it('gets 100 Continue if it expects only that', async () => {
    const user = await gateway.createUser();
    const [first, second] = await exchange(
      port,
      `POST ${START} HTTP/1.1\r\n${JSON_HEAD}authorization: Bearer ${user.token}\r\n` +
        'expect: 100-continue\r\ncontent-length: 2\r\n\r\n{}',
    );
    expect([first?.status, second?.status]).toEqual([100, 201]);
  });

  it('does not affect the response to the previous request on the connection', async () => {
    const answers = await exchange(
      port,
      'GET /health/live HTTP/1.1\r\nhost: kyc.example.com\r\n\r\nhello\r\n\r\n',
    );
    expect(answers.every(({ body }) => JSON.parse(body) !== undefined)).toBe(true);
  });

  it('leaves a log line without its content', async () => {
    const { headers } = await ask('secret-words\r\n\r\n');
    const line = gateway
      .logs()
      .split('\n')
      .find((text) => text.includes(headers.get('x-request-id') ?? 'none'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ event: 'http.refused', code: 'request.malformed' });
    expect(gateway.logs()).not.toContain('secret-words');
  });
});

describe('A request that does not arrive completely', () => {
  let server: Server;
  beforeAll(async () => {
    // The gateway's own patience is too long for a test: this is Node's server with ours for its errors.
    server = createServer({ connectionsCheckingInterval: 20, requestTimeout: 100, headersTimeout: 100 });
    server.on('clientError', refuseBrokenRequest);
    server.on('request', (request, response) => {
      if (request.url === '/stream') response.write('data: first\n\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());

  it.each([
    ['nothing', ''],
    ['half a header', 'GET / HTTP/1.1\r\nhost: kyc.exa'],
    ['half a body', `POST / HTTP/1.1\r\n${JSON_HEAD}content-length: 20\r\n\r\n{"redirect`],
  ])('gets 408 within a bounded time: %s', async (_, request) => {
    const [answer] = await exchange((server.address() as AddressInfo).port, request);
    expect([answer?.status, answer?.headers.get('content-type')]).toEqual([
      408,
      'application/problem+json; charset=utf-8',
    ]);
    expect(JSON.parse(answer?.body ?? '{}')).toMatchObject({ code: 'request.timed_out', status: 408 });
  });

  it('has its connection closed if the response has started', async () => {
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    let heard = '';
    socket.on('data', (chunk) => {
      heard += String(chunk);
    });
    socket.write(`POST /stream HTTP/1.1\r\n${JSON_HEAD}content-length: 20\r\n\r\n{"redirect`);
    await once(socket, 'close');
    expect(heard).toContain('data: first');
    expect(heard).not.toContain('problem');
  });
});
