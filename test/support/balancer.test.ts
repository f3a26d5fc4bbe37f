import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Balancer, startBalancer } from './balancer.ts';
import { eventually } from './eventually.ts';

describe('The load balancer of the tests', () => {
  const servers: Server[] = [];
  let balancer: Balancer;

  afterEach(async () => {
    await balancer.close();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  /** A minimal replica, which is ready by default. */
  async function listen(answer: RequestListener, isReady = () => true): Promise<number> {
    const server = createServer((request, response) => {
      if (request.url === '/health/ready') response.writeHead(isReady() ? 200 : 503).end();
      else answer(request, response);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }

  const say =
    (word: string): RequestListener =>
    (_, response) =>
      response.end(word);
  const hear = async () => (await fetch(balancer.url)).text();
  const inService = (count: number) =>
    eventually(async () => (balancer.inService().length === count ? true : undefined));

  it('forwards requests to the replicas in turn', async () => {
    balancer = await startBalancer([await listen(say('one')), await listen(say('two'))]);
    await inService(2);
    expect(new Set([await hear(), await hear()])).toEqual(new Set(['one', 'two']));
  });

  it('skips a replica that refuses the connection', async () => {
    const gone = await listen(say('gone'));
    await new Promise((resolve) => servers[0]?.close(resolve));
    balancer = await startBalancer([gone, await listen(say('here'))]);
    expect([await hear(), await hear()]).toEqual(['here', 'here']);
  });

  it('stops using a replica that is not ready, and uses it again once it is ready', async () => {
    let isReady = false;
    balancer = await startBalancer([await listen(say('one')), await listen(say('two'), () => isReady)]);
    await inService(1);
    expect([await hear(), await hear()]).toEqual(['one', 'one']);
    isReady = true;
    await expect(inService(2)).resolves.toBe(true);
  });

  it('forwards requests even if no replica is ready', async () => {
    balancer = await startBalancer([await listen(say('still here'), () => false)]);
    expect(await hear()).toBe('still here');
  });

  it('forwards the request body, and returns the response unchanged', async () => {
    const port = await listen((request, response) => {
      response.writeHead(418, { 'x-path': request.url });
      request.pipe(response);
    });
    balancer = await startBalancer([port]);
    const answer = await fetch(`${balancer.url}/some/where`, { method: 'POST', body: 'words' });
    expect([answer.status, answer.headers.get('x-path'), await answer.text()]).toEqual([
      418,
      '/some/where',
      'words',
    ]);
    expect(balancer.answers()).toEqual([{ path: '/some/where', status: 418, ms: expect.any(Number) }]);
  });

  it('answers 502 if a replica closes the connection before its response', async () => {
    balancer = await startBalancer([await listen((request) => request.socket.destroy())]);
    expect((await fetch(balancer.url)).status).toBe(502);
  });

  it('forwards stream events immediately, and closes the upstream when the reader leaves', async () => {
    const left = Promise.withResolvers<void>();
    const port = await listen((_, response) => {
      response.on('close', () => left.resolve());
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('event: status\n\n');
    });
    balancer = await startBalancer([port]);
    const leaving = new AbortController();
    const reader = (await fetch(balancer.url, { signal: leaving.signal })).body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(Buffer.from(value ?? []).toString()).toBe('event: status\n\n');
    leaving.abort();
    await expect(left.promise).resolves.toBeUndefined();
  });
});
