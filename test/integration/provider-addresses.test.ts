import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { startGateway, type TestGateway, WEBHOOK_PATH } from '../support/gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway();
});
afterAll(() => gateway.close());

/** The emulator approves a session, but does not deliver the webhook. */
const approvalOf = async (provider: (typeof PROVIDER_NAMES)[number], opener: TestGateway) => {
  const { user, sessionId } = await opener.openSession();
  return {
    user,
    sessionId,
    webhook: gateway.sandbox[provider].webhookFor(sessionId, { outcome: 'approve' }),
  };
};

describe.each(PROVIDER_NAMES)("The address for %s's webhooks alone", (provider) => {
  let opener: TestGateway;
  beforeAll(async () => {
    opener = await startGateway({ provider, sandbox: gateway.sandbox, databaseUrl: gateway.databaseUrl });
  });
  afterAll(() => opener.close());

  it.each(['', '/', '//'])('records a webhook, also with "%s" at its end', async (slashes) => {
    const { user, sessionId, webhook } = await approvalOf(provider, opener);
    const response = await gateway.deliver(webhook, `${WEBHOOK_PATH}/${provider}${slashes}`);
    expect(response).toMatchObject({ status: 200, body: {} });
    expect(await gateway.events(sessionId)).toMatchObject([{ outcome: 'approved', source: 'webhook' }]);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });

  it('records a webhook once that the common address has recorded', async () => {
    const { sessionId, webhook } = await approvalOf(provider, opener);
    await gateway.deliver(webhook);
    expect((await gateway.deliver(webhook, `${WEBHOOK_PATH}/${provider}`)).status).toBe(200);
    expect(await gateway.events(sessionId)).toHaveLength(1);
  });

  it('accepts a webhook that also carries the signature header of another provider', async () => {
    const { sessionId, webhook } = await approvalOf(provider, opener);
    const others = PROVIDER_DEFINITIONS.filter(({ name }) => name !== provider).map(
      ({ signatureHeaders }) => [signatureHeaders[0], 'of-another'],
    );
    const headers = { ...webhook.headers, ...(Object.fromEntries(others) as Record<string, string>) };
    expect((await gateway.deliver({ ...webhook, headers })).status).toBe(401);
    expect((await gateway.deliver({ ...webhook, headers }, `${WEBHOOK_PATH}/${provider}`)).status).toBe(200);
    expect(await gateway.events(sessionId)).toHaveLength(1);
  });

  it('rejects a webhook of another provider, and one that is not signed', async () => {
    const other = PROVIDER_NAMES.find((name) => name !== provider);
    const { sessionId, webhook } = await approvalOf(provider, opener);
    expect((await gateway.deliver(webhook, `${WEBHOOK_PATH}/${String(other)}`)).status).toBe(401);
    const unsigned = { ...webhook, headers: { 'content-type': 'application/json' } };
    expect((await gateway.deliver(unsigned, `${WEBHOOK_PATH}/${provider}`)).status).toBe(401);
    expect(await gateway.events(sessionId)).toEqual([]);
  });
});

describe('The address for the webhooks of a provider that is not configured', () => {
  it.each(['acme', 'PERSONA', '__proto__', '%00', 'persona%2f..'])('does not exist (%s)', async (name) => {
    const { sessionId, webhook } = await approvalOf('persona', gateway);
    const response = await gateway.deliver(webhook, `${WEBHOOK_PATH}/${name}`);
    expect(response).toMatchObject({ status: 404, body: { code: 'request.not_found' } });
    expect(await gateway.events(sessionId)).toEqual([]);
  });
});
