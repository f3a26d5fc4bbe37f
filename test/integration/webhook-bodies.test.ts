import { connect, type Socket } from 'node:net';
import { requestBytes, sendRaw } from '../support/fuzzing.ts';
import { startGateway, type TestGateway, WEBHOOK_PATH } from '../support/gateway.ts';

const TYPE = ['content-type', 'application/json'] as const;
const SIGNATURE = ['persona-signature', `t=1,v1=${'0'.repeat(64)}`] as const;
const OTHER_SIGNATURE = ['x-sha2-signature', '0'.repeat(64)] as const;
const LIMIT = 256 * 1024;

type Header = readonly [string, string];

describe('Before the body arrives completely,', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  /** A request on a connection that stays open. */
  const requestWith = (headers: readonly Header[], body: Buffer | null = null) =>
    requestBytes('POST', WEBHOOK_PATH, [TYPE, ...headers], body)
      .toString('latin1')
      .replace('connection: close', 'connection: keep-alive');
  /** Announces a body and sends only its first bytes. */
  const begin = (...headers: Header[]) => `${requestWith(headers)}{`;

  it.each<[string, Header[]]>([
    ['no signature header', [['content-length', '1000']]],
    ['no signature header and arrives in chunks', [['transfer-encoding', 'chunked']]],
    [
      'no signature header and waits for 100',
      [
        ['content-length', '1000'],
        ['expect', '100-continue'],
      ],
    ],
    ['no signature header and is too large', [['content-length', String(LIMIT + 1)]]],
    ['two signature headers', [['content-length', '1000'], SIGNATURE, OTHER_SIGNATURE]],
  ])('a delivery gets 401 before its body arrives if it has %s', async (_, headers) => {
    const text = begin(...headers).replace(/\{$/, headers[0]?.[0] === 'content-length' ? '{' : '1\r\n{\r\n');
    const answer = await sendRaw(gateway.url, Buffer.from(text));
    expect(answer.text).toMatch(/HTTP\/1\.1 401 /);
    expect(answer.text).toContain('webhook.signature_invalid');
  });

  it('a delivery gets 413 if it announces too much', async () => {
    const bytes = Buffer.from(begin(SIGNATURE, ['content-length', String(LIMIT + 1)]));
    expect(await sendRaw(gateway.url, bytes)).toMatchObject({ status: 413 });
  });

  it('a delivery in chunks gets 413 once it exceeds the limit', async () => {
    const chunk = `${(LIMIT + 1).toString(16)}\r\n${' '.repeat(LIMIT + 1)}\r\n`;
    const text = begin(SIGNATURE, ['transfer-encoding', 'chunked']).replace(/\{$/, chunk);
    expect(await sendRaw(gateway.url, Buffer.from(text))).toMatchObject({ status: 413 });
  });

  it('a rejected delivery leaves its connection usable for the next one', async () => {
    const refused = requestWith([], Buffer.from('{}'));
    const { socket, responses } = open(gateway);
    socket.write(refused);
    await responses(1);
    socket.write(refused);
    expect(await responses(2)).toEqual(['401', '401']);
    socket.destroy();
  });

  it('a delivery is accepted while unfinished bodies use up the memory', async () => {
    const { sessionId } = await gateway.openSession();
    const size = LIMIT - 1024;
    const large = begin(SIGNATURE, ['content-length', String(size + 1)]) + ' '.repeat(size - 1);
    const held = Array.from({ length: 160 }, () => open(gateway));
    for (const { socket } of held) socket.write(large);
    expect(await Promise.race(held.map(({ responses }) => responses(1)))).toEqual(['503']);

    const webhook = gateway.sandbox.persona.webhookFor(sessionId, { outcome: 'approve' });
    expect((await gateway.deliver(webhook)).status).toBe(200);
    expect(gateway.logs()).toContain('service.overloaded');
    for (const { socket } of held) socket.destroy();
  });
});

/** A connection whose responses the test counts. */
function open(gateway: TestGateway): { socket: Socket; responses(count: number): Promise<string[]> } {
  const socket = connect(Number(new URL(gateway.url).port), '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk;
    socket.emit('received');
  });
  socket.on('error', () => undefined);
  const statuses = () => Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), ([, status]) => String(status));
  return {
    socket,
    responses: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (statuses().length < count) return;
          socket.off('received', look);
          resolve(statuses());
        };
        socket.on('received', look);
        look();
      }),
  };
}
