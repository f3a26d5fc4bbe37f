import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** A wrong AUTH_JWKS_URL shows when the gateway starts, and not when the first user calls. */
describe('The key set of the token issuer, when the gateway starts,', () => {
  let server: Server;
  let gateway: TestGateway;
  let reads = 0;

  beforeAll(async () => {
    server = createServer((_, response) => {
      reads += 1;
      response.end('{"keys":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => server.close());
  afterEach(() => gateway.close());

  const startWith = async (url: string) => {
    gateway = await startGateway({ environment: { AUTH_JWKS_URL: url } });
  };
  const warning = () =>
    gateway
      .logs()
      .split('\n')
      .find((line) => line.includes('auth.keys_not_read'));

  const loggedWarning = () => eventually(async () => warning());

  it('is read once', async () => {
    await startWith(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    expect(await loggedWarning()).toContain('the key set is empty');
    expect(reads).toBe(1);
  });

  it('causes a warning that names the variable if it cannot be reached, and the start goes on', async () => {
    await startWith('http://127.0.0.1:2/jwks.json');
    expect(await loggedWarning()).toMatch(/"variable":"AUTH_JWKS_URL","reason":".*ECONNREFUSED/);
    expect((await fetch(`${gateway.url}/health/ready`)).status).toBe(200);
  });

  it('causes no warning if it has keys', async () => {
    gateway = await startGateway();
    await gateway.status(await gateway.createUser());
    expect(warning()).toBeUndefined();
  });
});
