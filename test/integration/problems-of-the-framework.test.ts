import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

interface RawAnswer {
  status: number;
  headers: Headers;
  body: string;
}

/** Sends the bytes unchanged and reads until the server closes the connection. */
async function exchange(port: number, request: string): Promise<RawAnswer[]> {
  const socket = connect(port, '127.0.0.1');
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.write(request);
  await once(socket, 'close');
  return readAnswers(Buffer.concat(chunks).toString());
}

/** Node ends some of its bare answers with it. */
const EMPTY_CHUNKED_BODY = '0\r\n\r\n';

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
    if (rest === EMPTY_CHUNKED_BODY) break;
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

describe('Requests that reach no route', () => {
  let gateway: TestGateway;
  let port: number;
  beforeAll(async () => {
    gateway = await startGateway();
    port = Number(new URL(gateway.url).port);
  });
  afterAll(() => gateway.close());

  const exchangeOne = async (request: string) => {
    const answers = await exchange(port, request);
    return answers[0] ?? { status: 0, headers: new Headers(), body: '' };
  };
  const withMethod = (method: string, path: string) =>
    exchangeOne(`${method} ${path} HTTP/1.1\r\n${HEAD}\r\n`);

  it('a client that disconnects while it sends its body is not logged as a database failure', async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write(
      `POST /api/webhooks/kyc-status HTTP/1.1\r\n${JSON_HEAD}x-sha2-signature: 0\r\ncontent-length: 100\r\n\r\n{"half`,
    );
    await once(socket, 'connect');
    await eventually(async () => ((await connectionsOf(gateway)) > 0 ? true : undefined));
    socket.destroy();

    const line = await eventually(async () => {
      const logged = gateway.logs().split('\n');
      return logged.find((each) => each.includes('the client disconnected'));
    });
    expect(JSON.parse(line)).toMatchObject({ level: 30, status: 400, code: 'request.malformed' });
  });

  it.each([
    ['a malformed URL', 400, 'request.malformed', `GET /%E0%A4%A HTTP/1.1\r\n${HEAD}\r\n`],
    ['a malformed URL of a route', 400, 'request.malformed', `POST ${START}%ff HTTP/1.1\r\n${HEAD}\r\n`],
    [
      'a content length beyond the limit',
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
    ['an unknown address', 404, 'request.not_found', `GET /nothing HTTP/1.1\r\n${HEAD}\r\n`],
    [
      'nested JSON at an unknown address',
      404,
      'request.not_found',
      `POST /nothing HTTP/1.1\r\n${JSON_HEAD}content-length: 8\r\n\r\n{"a":{}}`,
    ],
    [
      'no JSON at an unknown address',
      404,
      'request.not_found',
      `POST /nothing HTTP/1.1\r\n${HEAD}content-type: text/xml\r\ncontent-length: 1\r\n\r\n<`,
    ],
    ['an asterisk as its address', 404, 'request.not_found', `OPTIONS * HTTP/1.1\r\n${HEAD}\r\n`],
    ['HTTP/1.0', 404, 'request.not_found', 'GET /nothing HTTP/1.0\r\n\r\n'],
  ])('a request with %s receives %i and the problem %s', async (_, status, code, request) => {
    const answer = await exchangeOne(request);

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

  it.each([
    ['no HTTP at all', 400, 'hello\r\n\r\n'],
    ['an unknown method', 400, `FETCH / HTTP/1.1\r\n${HEAD}\r\n`],
    ['an unknown version', 400, `GET / HTTP/4.2\r\n${HEAD}\r\n`],
    ['a header without a name', 400, `GET / HTTP/1.1\r\n${HEAD}: x\r\n\r\n`],
    ['no host', 400, 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n'],
    [
      'a content length that is no number',
      400,
      `POST ${START} HTTP/1.1\r\n${JSON_HEAD}content-length: x\r\n\r\n`,
    ],
    [
      'two content lengths',
      400,
      `POST ${START} HTTP/1.1\r\n${JSON_HEAD}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`,
    ],
    [
      'both a content length and chunks',
      400,
      `POST ${START} HTTP/1.1\r\n${JSON_HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
    ],
    ['an unknown expectation', 417, `POST ${START} HTTP/1.1\r\n${JSON_HEAD}expect: wonders\r\n\r\n`],
    ['headers beyond the limit', 431, `GET / HTTP/1.1\r\nx: ${'y'.repeat(20_000)}`],
    ['an address beyond the limit', 431, `GET /${'y'.repeat(20_000)}`],
  ])("a request with %s receives Node's own %i, without a body", async (_, status, request) => {
    const answer = await exchangeOne(request);
    expect([answer.status, answer.body]).toEqual([status, '']);
  });

  it.each(['PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND'])(
    'the method %s receives 405 with the supported methods in Allow, or 404 at an unknown address',
    async (method) => {
      const answers = await Promise.all(
        [START, '/api//kyc/status/', '/nothing'].map((path) => withMethod(method, path)),
      );

      expect(answers.map(({ status }) => status)).toEqual([405, 405, 404]);
      expect(answers.map(({ headers }) => headers.get('allow'))).toEqual(['POST', 'GET, HEAD', null]);
      expect(answers.map(({ body }) => (JSON.parse(body) as { status: number }).status)).toEqual([
        405, 405, 404,
      ]);
    },
  );

  it('HEAD receives 405 without a body at an address that does not support it', async () => {
    const { status, headers, body } = await withMethod('HEAD', START);
    expect([status, headers.get('allow'), headers.get('content-type')]).toEqual([
      405,
      'POST',
      'application/problem+json; charset=utf-8',
    ]);
    expect(body).toBe('');
  });

  it('a request that expects 100-continue receives it before its response', async () => {
    const user = await gateway.createUser();
    const [first, second] = await exchange(
      port,
      `POST ${START} HTTP/1.1\r\n${JSON_HEAD}authorization: Bearer ${user.token}\r\n` +
        'expect: 100-continue\r\ncontent-length: 2\r\n\r\n{}',
    );
    expect([first?.status, second?.status]).toEqual([100, 201]);
  });

  it('bytes that are not HTTP are never written into a status stream that has begun', async () => {
    const { token } = await gateway.createUser();
    const socket = connect(port, '127.0.0.1');
    let received = '';
    socket.on('data', (chunk) => (received += String(chunk)));
    socket.write(
      `GET /api/kyc/status/stream HTTP/1.1\r\nhost: kyc\r\nauthorization: Bearer ${token}\r\n\r\n`,
    );
    await eventually(async () => (received.includes('event: status') ? true : undefined));
    socket.write('hello\r\n\r\n');
    await once(socket, 'close');

    expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });
});
