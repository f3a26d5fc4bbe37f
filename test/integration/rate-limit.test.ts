import { type Answer, startGateway, type TestGateway } from '../support/gateway.ts';

describe('The rate limits on starts', () => {
  let first: TestGateway;
  let second: TestGateway;
  beforeAll(async () => {
    const environment = {
      RATE_LIMIT_START_USER: '3/600',
      RATE_LIMIT_START_ADDRESS: '8/600',
      TRUST_PROXY: '1',
    };
    first = await startGateway({ environment });
    const { sandbox, databaseUrl } = first;
    second = await startGateway({ environment, sandbox, databaseUrl });
  });
  afterAll(async () => {
    await second.close();
    await first.close();
  });
  const from = (address: string) => ({ 'x-forwarded-for': address });

  it('limit a user across all replicas and return Retry-After', async () => {
    const user = await first.createUser();
    const answers = [];
    for (const [index, replica] of [first, second, first, second, first].entries()) {
      answers.push(await replica.start(user, undefined, from(`203.0.113.${index}`)));
    }
    expect(answers.map(({ status }) => status)).toEqual([201, 200, 200, 429, 429]);
    const refused = answers[3];
    expect(refused?.body).toMatchObject({ code: 'request.rate_limited' });
    const seconds = Number(refused?.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(590);
    expect(seconds).toBeLessThanOrEqual(600);
  });

  it('limit an IP address across all its users and leave other addresses alone', async () => {
    const statuses = [];
    for (let index = 0; index < 10; index += 1) {
      const replica = index % 2 === 0 ? first : second;
      statuses.push((await replica.start(await first.createUser(), undefined, from('198.51.100.7'))).status);
    }
    expect(statuses).toEqual([201, 201, 201, 201, 201, 201, 201, 201, 429, 429]);
    const fromOtherAddress = await first.start(await first.createUser(), undefined, from('198.51.100.8'));
    expect(fromOtherAddress.status).toBe(201);
  });

  it('take the address from the trusted proxies and ignore what the caller adds to X-Forwarded-For', async () => {
    const statuses = [];
    for (let index = 0; index < 9; index += 1) {
      const forged = from(`10.0.0.${index}, 192.0.2.55`);
      statuses.push((await first.start(await first.createUser(), undefined, forged)).status);
    }
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  });

  it.each([
    ['IPv4', (port: number) => `192.0.2.77:${port}`],
    ['IPv6', (port: number) => `[2001:db8::77]:${port}`],
  ])('ignore the port that a proxy adds to an %s address', async (_family, address) => {
    const statuses = [];
    for (let port = 40_000; port < 40_009; port += 1) {
      statuses.push((await first.start(await first.createUser(), undefined, from(address(port)))).status);
    }
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  });

  describe('in the response headers', () => {
    const limitIn = (answer: Answer | undefined) => ({
      status: answer?.status,
      policy: answer?.headers.get('ratelimit-policy'),
      // The remaining seconds change while the test runs.
      state: answer?.headers.get('ratelimit')?.replaceAll(/t=(59\d|600)\b/g, 't=~600'),
    });
    const policy = '"start-user";q=3;w=600, "start-address";q=8;w=600';

    it('are returned with a session, with a rejection and with 429', async () => {
      const user = await first.createUser();
      const stranger = { token: await first.sandbox.issuer.tokenFor({ sub: 'nobody' }) };
      const answers = [
        await first.start(user, undefined, from('198.51.100.20')),
        await second.start(user, { redirect_url: 'https://evil.example.com' }, from('198.51.100.20')),
        await first.start(stranger, undefined, from('198.51.100.20')),
        await first.start(user, undefined, from('198.51.100.20')),
        await first.start(user, undefined, from('198.51.100.20')),
      ];
      const state = (user: number, address: number) =>
        `"start-user";r=${user};t=~600, "start-address";r=${address};t=~600`;
      expect(answers.map(limitIn)).toEqual([
        { status: 201, policy, state: state(2, 7) },
        { status: 400, policy, state: state(1, 6) },
        { status: 404, policy, state: state(2, 5) },
        { status: 200, policy, state: state(0, 4) },
        // A start that the user limit rejects does not count for the address.
        { status: 429, policy, state: '"start-user";r=0;t=~600' },
      ]);
      const { headers } = answers[4] as Answer;
      expect(headers.get('ratelimit')).toBe(`"start-user";r=0;t=${headers.get('retry-after')}`);
    });

    it('are returned for the address if the address limit applies', async () => {
      const answers = [];
      for (let index = 0; index < 9; index += 1) {
        answers.push(await first.start(await first.createUser(), undefined, from('198.51.100.21')));
      }
      expect(limitIn(answers[8])).toEqual({
        status: 429,
        policy,
        state: '"start-user";r=2;t=~600, "start-address";r=0;t=~600',
      });
    });

    it('are not returned to an unauthenticated caller or by unlimited routes', async () => {
      const user = await first.createUser();
      for (const answer of [await first.start({ token: 'a.b.c' }), await first.status(user)]) {
        expect(limitIn(answer)).toEqual({ status: answer.status, policy: null, state: undefined });
      }
    });
  });
});
