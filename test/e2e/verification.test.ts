import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import type { ProviderName } from '../../packages/sandbox/sandbox.ts';
import { harnessOf } from '../contracts/harnesses.ts';

const MAIL_TEXTS = { other: 'could not confirm', document_expired: 'has expired' } as const;

/** The provider's first reason for each of the public reasons that these tests know. */
const rejectionsOf = (provider: ProviderName) =>
  (Object.keys(MAIL_TEXTS) as (keyof typeof MAIL_TEXTS)[]).flatMap((publicReason) => {
    const found = harnessOf(provider).decisions.find(
      ({ outcome, reason }) => outcome === 'declined' && reason === publicReason,
    );
    const mailText = MAIL_TEXTS[publicReason];
    return found === undefined ? [] : [{ decision: found.decision, publicReason, mailText }];
  });

describe.each(PROVIDER_NAMES)('A user verified by %s', (provider) => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway({ provider });
  });
  afterAll(() => gateway.close());

  const mailTo = (user: User) => gateway.sandbox.mailbox.waitFor((mail) => mail.to.includes(user.email));

  it('is approved: the row changes, the API returns the status and one mail is sent', async () => {
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
    const mail = await mailTo(user);
    expect(mail.subject).toBe('You are verified');
    expect(mail.messageId).toMatch(/^<[0-9a-f-]{36}@/);
  });

  it.each(rejectionsOf(provider))(
    'is rejected and sees the public reason $publicReason after the decision $decision',
    async ({ decision, publicReason, mailText }) => {
      const { user, sessionId } = await gateway.openSession();
      await gateway.sandbox[provider].decide(sessionId, decision);

      expect(await gateway.userRow(user)).toMatchObject({
        kyc_status: 'rejected',
        kyc_rejection_reason: publicReason,
      });
      expect((await gateway.status(user)).body).toMatchObject({ next_action: 'retry', attempts_left: 4 });
      const mail = await mailTo(user);
      expect(mail.subject).toBe('Your verification was not successful');
      expect(mail.text).toContain(mailText);
      expect(mail.html).toContain(mailText);
    },
  );

  it('starts a new session after a rejection and is approved', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox[provider].decide(sessionId, { outcome: 'decline' });
    const again = await gateway.start(user);
    expect(again.status).toBe(201);
    expect(again.body['session_id']).not.toBe(sessionId);

    await gateway.sandbox[provider].decide(String(again.body['session_id']), { outcome: 'approve' });

    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified', kyc_rejection_reason: null });
  });

  it('gets a mail when a later decline withdraws the approval', async () => {
    const { user, sessionId } = await gateway.openSession();
    const at = (minute: number) => ({ at: new Date(Date.now() + minute * 60_000) });
    await gateway.sandbox[provider].decide(sessionId, { outcome: 'approve' }, at(0));
    await mailTo(user);
    await gateway.sandbox[provider].decide(sessionId, { outcome: 'decline' }, at(1));

    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'rejected' });
    const mail = await gateway.sandbox.mailbox.waitFor(
      ({ to, subject }) => to.includes(user.email) && subject !== 'You are verified',
    );
    expect(mail.subject).toBe('Your verification is no longer valid');
  });

  it('is in review, then approved, and gets one mail', async () => {
    const { user, sessionId } = await gateway.openSession();
    const at = (minute: number) => ({ at: new Date(Date.now() + minute * 60_000) });
    await gateway.sandbox[provider].decide(sessionId, { outcome: 'review' }, at(0));
    expect((await gateway.status(user)).body).toMatchObject({ kyc_status: 'pending', next_action: 'wait' });
    await gateway.sandbox[provider].decide(sessionId, { outcome: 'approve' }, at(1));

    await mailTo(user);
    const mails = gateway.sandbox.mailbox.messages().filter((mail) => mail.to.includes(user.email));
    expect(mails.map(({ subject }) => subject)).toEqual(['You are verified']);
  });

  it('abandons a session and can start again', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox[provider].decide(sessionId, { outcome: 'abandon' });

    expect((await gateway.status(user)).body).toMatchObject({
      kyc_status: 'not_verified',
      next_action: 'start',
    });
    expect((await gateway.start(user)).status).toBe(201);
  });
});

describe('A resubmission requested by Veriff', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ provider: 'veriff' });
  });
  afterAll(() => gateway.close());

  it('is shown with its reason and resumes the same session', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.veriff.decide(sessionId, { outcome: 'resubmit', reason: '204' });

    const mail = await gateway.sandbox.mailbox.waitFor(({ to }) => to.includes(user.email));
    expect(mail.subject).toBe('Please submit your verification again');
    expect(mail.text).toContain('could not be read');
    expect((await gateway.status(user)).body).toMatchObject({
      kyc_status: 'pending',
      kyc_rejection_reason: 'document_unreadable',
      next_action: 'continue',
    });
    expect(await gateway.start(user)).toMatchObject({ status: 200, body: { session_id: sessionId } });
  });
});

describe('The webhook check.completed of Onfido, which contains no verdict', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ provider: 'onfido' });
  });
  afterAll(() => gateway.close());

  it.each([
    ['clear', 'verified'],
    ['consider', 'pending'],
  ] as const)('makes the gateway read the verdict from the API: %s', async (result, status) => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.onfido.completeCheck(sessionId, result);

    let events = await gateway.events(sessionId);
    while (events.length === 0) events = await gateway.events(sessionId);
    expect(events).toMatchObject([
      { source: 'poll', outcome: result === 'clear' ? 'approved' : 'in_review' },
    ]);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: status });
  });
});

describe('A change of KYC_PROVIDER', () => {
  it('keeps open sessions at their original provider', async () => {
    const before = await startGateway({ provider: 'persona' });
    const { user, sessionId } = await before.openSession();
    const { sandbox, databaseUrl } = before;
    const after = await startGateway({ provider: 'onfido', sandbox, databaseUrl });
    try {
      expect(await after.start(user)).toMatchObject({
        status: 200,
        body: { provider: 'persona', session_id: sessionId },
      });
      const { sessionId: next } = await after.openSession();
      expect(sandbox.onfido.sessions().map(({ id }) => id)).toEqual([next]);

      const webhook = sandbox.persona.webhookFor(sessionId, { outcome: 'approve' });
      expect((await after.deliver(webhook)).status).toBe(200);
      expect(await after.userRow(user)).toMatchObject({ kyc_status: 'verified', kyc_provider: 'persona' });
    } finally {
      await after.close();
      await before.close();
    }
  });

  it('creates a new session if the old provider is no longer configured', async () => {
    const before = await startGateway({ provider: 'persona' });
    const { user, sessionId } = await before.openSession();
    const { sandbox, databaseUrl } = before;
    const environment = { PERSONA_API_KEY: '', PERSONA_TEMPLATE_ID: '', PERSONA_WEBHOOK_SECRETS: '' };
    const after = await startGateway({ provider: 'onfido', sandbox, databaseUrl, environment });
    try {
      expect(await after.start(user)).toMatchObject({ status: 201, body: { provider: 'onfido' } });
      expect(await after.events(sessionId)).toMatchObject([{ outcome: 'abandoned', source: 'gateway' }]);
      const webhook = sandbox.persona.webhookFor(sessionId, { outcome: 'approve' });
      expect((await after.deliver(webhook)).status).toBe(401);
    } finally {
      await after.close();
      await before.close();
    }
  });
});
