import { startGateway, type TestGateway } from '../support/gateway.ts';

describe('A user who exceeds the number of resumes that Persona allows per inquiry', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({
      provider: 'persona',
      environment: { RATE_LIMIT_START_USER: '1000/600', RATE_LIMIT_START_ADDRESS: '1000/600' },
    });
  });
  afterAll(() => gateway.close());

  it('gets a new inquiry, which counts as an attempt', async () => {
    const user = await gateway.createUser();
    const answers: { status: number; id: unknown }[] = [];
    for (let start = 0; start < 30; start += 1) {
      const { status, body } = await gateway.start(user);
      answers.push({ status, id: body['session_id'] });
    }
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(2);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(28);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(2);
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'pending', attempts_left: 3 });
  });

  it('gets no new inquiry if the provider rejects the credentials of the gateway', async () => {
    const { user, sessionId } = await gateway.openSession();
    gateway.sandbox.persona.misbehave({ status: 401, times: 1 });
    expect(await gateway.start(user)).toMatchObject({ status: 502, body: { code: 'provider.refused' } });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_session_id: sessionId });
  });
});
