import { jest } from '@jest/globals';
import { startGateway, type TestGateway } from '../support/gateway.ts';

const FAILURES = 5;
const REST_MS = 10_000;

describe('KYC_FALLBACK_PROVIDERS', () => {
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
  /** The rest of the breaker is over, by the clocks that it reads. */
  const passRest = () => {
    const [now, performanceNow] = [Date.now(), performance.now()];
    jest.spyOn(Date, 'now').mockReturnValue(now + REST_MS);
    jest.spyOn(performance, 'now').mockReturnValue(performanceNow + REST_MS);
  };
  const circuit = async (provider: string) =>
    new RegExp(`kyc_provider_circuit_open\\{provider="${provider}"\\} (\\d)`).exec(
      await (await fetch(`${gateway.url}/metrics`)).text(),
    )?.[1];

  it('take new sessions while the first choice keeps failing, and it takes them again when it is well', async () => {
    gateway.sandbox.persona.misbehave({ status: 500 });
    // Persona repeats a create that got a 5xx once, so that the fifth failure is within the fifth start.
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

  it('go on to the next one when the first of them fails, too', async () => {
    gateway.sandbox.persona.misbehave({ status: 500 });
    gateway.sandbox.onfido.misbehave({ status: 429 });
    for (let failed = 1; failed < FAILURES; failed += 1) await start();
    // Persona's breaker is open from here on, Onfido's after as many again.
    for (let failed = 1; failed < FAILURES; failed += 1) expect((await start()).status).toBe(503);
    expect(await start()).toEqual({ status: 201, provider: 'veriff' });
  });

  it('leave a user in the session that he has', async () => {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox.persona.misbehave({ status: 500 });
    for (let failed = 1; failed <= FAILURES; failed += 1) await start();

    expect(await gateway.start(user)).toMatchObject({ status: 503, body: { code: 'provider.unavailable' } });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_session_id: sessionId });
  });

  it('finish their sessions by their own webhooks', async () => {
    gateway.sandbox.persona.misbehave({ status: 500 });
    for (let failed = 1; failed < FAILURES; failed += 1) await start();
    const { user, sessionId } = await gateway.openSession();

    await gateway.sandbox.onfido.decide(sessionId, { outcome: 'approve' });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified', kyc_provider: 'onfido' });
  });
});
