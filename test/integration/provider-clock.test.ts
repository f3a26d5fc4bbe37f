import { startGateway, type TestGateway } from '../support/gateway.ts';

let gateway: TestGateway;

beforeAll(async () => {
  gateway = await startGateway({ provider: 'persona' });
});
afterAll(() => gateway.close());

async function secondsAhead(): Promise<number> {
  const text = await (await fetch(`${gateway.url}/metrics`)).text();
  return Number(/^kyc_provider_clock_ahead_seconds\{provider="persona"\} (\S+)$/m.exec(text)?.[1]);
}

describe("The deviation of a provider's clock", () => {
  it.each([
    ['ahead', 120],
    ['behind', -3_600],
  ])('is measured from the Date header of its response, when it is %s', async (_, seconds) => {
    const date = new Date(Date.now() + seconds * 1_000).toUTCString();
    gateway.sandbox.persona.misbehave({ headers: { date } });
    await gateway.openSession();
    expect(Math.abs((await secondsAhead()) - seconds)).toBeLessThan(20);
  });

  it('is not measured from a response without a valid date', async () => {
    gateway.sandbox.persona.behave();
    await gateway.openSession();
    const before = await secondsAhead();
    gateway.sandbox.persona.misbehave({ headers: { date: 'yesterday' } });
    await gateway.openSession();
    expect(await secondsAhead()).toBe(before);
  });
});
