import { jest } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const FAILURES = 5;
const REST_MS = 10_000;

describe('With KYC_FALLBACK_PROVIDERS, the gateway', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startGateway({
      provider: 'persona',
      environment: { KYC_FALLBACK_PROVIDERS: 'onfido,veriff' },
    });
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await gateway.close();
  });

  const start = async () => {
    const { status, body } = await gateway.start(await gateway.createUser());
    return { status, provider: body['provider'] };
  };
  /** Moves the clocks past the open period of the circuit breaker. */
  const passRest = () => {
    const [now, performanceNow] = [Date.now(), performance.now()];
    jest.spyOn(Date, 'now').mockReturnValue(now + REST_MS);
    jest.spyOn(performance, 'now').mockReturnValue(performanceNow + REST_MS);
  };
  const circuit = async (provider: string) =>
    new RegExp(`kyc_provider_circuit_open\\{provider="${provider}"\\} (\\d)`).exec(
      await (await fetch(`${gateway.url}/metrics`)).text(),
    )?.[1];

  it('creates sessions at the fallback while the first provider keeps failing, and at the first again when it recovers', async () => {
    gateway.sandbox.persona.misbehave({ status: 500 });
    // Persona retries a create once after a 5xx, so the fifth failure happens during the fifth start.
    for (let failed = 1; failed < FAILURES; failed += 1) expect((await start()).status).toBe(503);
    expect(await start()).toEqual({ status: 201, provider: 'onfido' });
    expect(await circuit('persona')).toBe('1');

    const calls = gateway.sandbox.persona.calls().length;
    expect(await start()).toEqual({ status: 201, provider: 'onfido' });
    expect(gateway.sandbox.persona.calls()).toHaveLength(calls);

    gateway.sandbox.persona.behave();
    passRest();
    expect(await start()).toEqual({ status: 201, provider: 'persona' });
    expect(await circuit('persona')).toBe('0');
  });

  it('tries the next fallback provider when the first fallback also fails', async () => {
    gateway.sandbox.persona.misbehave({ status: 500 });
    gateway.sandbox.onfido.misbehave({ status: 429 });
    for (let failed = 1; failed < FAILURES; failed += 1) await start();
    // Persona's circuit breaker is open from here on. Onfido's opens after the same number of failures.
    for (let failed = 1; failed < FAILURES; failed += 1) expect((await start()).status).toBe(503);
    expect(await start()).toEqual({ status: 201, provider: 'veriff' });
  });

  it('keeps a user in their existing session', async () => {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox.persona.misbehave({ status: 500 });
    for (let failed = 1; failed <= FAILURES; failed += 1) await start();

    expect(await gateway.start(user)).toMatchObject({ status: 503, body: { code: 'provider.unavailable' } });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_session_id: sessionId });
  });

  it('applies webhooks of the fallback provider to its own sessions', async () => {
    gateway.sandbox.persona.misbehave({ status: 500 });
    for (let failed = 1; failed < FAILURES; failed += 1) await start();
    const { user, sessionId } = await gateway.openSession();

    await gateway.sandbox.onfido.decide(sessionId, { outcome: 'approve' });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified', kyc_provider: 'onfido' });
  });
});
