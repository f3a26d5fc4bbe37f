import { startGateway, type TestGateway } from '../support/gateway.js';

const PROVIDERS = ['persona', 'veriff', 'onfido'] as const;

describe.each(PROVIDERS)('a user verified by %s', (provider) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ provider });
  });
  afterAll(() => gateway.close());

  it('is approved: the row moves, the answer says so, and one mail goes out', async () => {
    const { user, sessionId } = await gateway.openSession();
    expect(await gateway.userRow(user)).toMatchObject({
      kyc_status: 'pending',
      kyc_provider: provider,
      kyc_session_id: sessionId,
    });

    const [delivery] = await gateway.sandbox[provider].decide(sessionId, { outcome: 'approve' });

    expect(delivery).toMatchObject({ state: 'accepted' });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified', kyc_rejection_reason: null });
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'verified', next_action: 'none' });
    const mail = await gateway.sandbox.mailbox.waitFor((candidate) => candidate.to.includes(user.email));
    expect(mail.subject).toBe('You are verified');
    expect((await gateway.start(user)).body).toMatchObject({ status: 409, code: 'kyc.already_verified' });
  });
});
