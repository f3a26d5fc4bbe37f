import { startGateway, type TestGateway } from '../support/gateway.js';

describe('the limits on starting', () => {
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

  it('hold for a user over all replicas together, and say when to come back', async () => {
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

  it('hold for an address over all its users, and do not touch other addresses', async () => {
    const statuses = [];
    for (let index = 0; index < 10; index += 1) {
      const replica = index % 2 === 0 ? first : second;
      statuses.push((await replica.start(await first.createUser(), undefined, from('198.51.100.7'))).status);
    }
    expect(statuses).toEqual([201, 201, 201, 201, 201, 201, 201, 201, 429, 429]);
    const elsewhere = await first.start(await first.createUser(), undefined, from('198.51.100.8'));
    expect(elsewhere.status).toBe(201);
  });

  it('take the address as many hops back as there are trusted proxies, whatever the caller writes before', async () => {
    const statuses = [];
    for (let index = 0; index < 9; index += 1) {
      const forged = from(`10.0.0.${index}, 192.0.2.55`);
      statuses.push((await first.start(await first.createUser(), undefined, forged)).status);
    }
    expect(statuses.filter((status) => status === 429)).toHaveLength(1);
  });
});
