import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { createOperator } from '../support/operator.ts';
import { harnessOf } from '../contracts/harnesses.ts';

const NAME = 'Jane Canary';
/** Session and user of a delivery are replaced in these bodies. */
const SESSION = '<session>';
const USER = '<user>';

const COMMON = [
  '[]',
  'null',
  '"approved"',
  '{}',
  `{"hello":"${NAME}","status":"approved","id":"${SESSION}"}`,
  `{"verification":{"id":17,"status":"approved","vendorData":"${USER}","person":"${NAME}"}}`,
  `{"payload":{"action":"workflow_run.completed","object":{"status":"approved","name":"${NAME}"}}}`,
  `{"data":{"id":"evt_1","attributes":{"name":"inquiry.approved","payload":{"data":{"id":"${SESSION}"}}}}}`,
];

describe.each(PROVIDER_NAMES)('Signed JSON of %s of an unknown shape', (provider) => {
  const bodies = [...COMMON, ...harnessOf(provider).withoutVerdict(SESSION, USER, NAME)];
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ provider });
  });
  afterAll(() => gateway.close());

  const post = (body: string) =>
    gateway.deliver({
      headers: { 'content-type': 'application/json', ...gateway.sandbox[provider].sign(body) },
      body,
    });
  const recordedAsUnknown = async () => {
    const text = await (await fetch(`${gateway.url}/metrics`)).text();
    const counter = new RegExp(
      `^kyc_events_total\\{provider="${provider}",outcome="unknown",result="recorded"\\} (\\d+)`,
      'm',
    );
    return Number(counter.exec(text)?.[1] ?? 0);
  };
  const lines = () =>
    gateway
      .logs()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  it.each(bodies)('gets 200, is counted and verifies no user: %s', async (body) => {
    const { user, sessionId } = await gateway.openSession();
    const before = await recordedAsUnknown();

    const text = body.replaceAll(SESSION, sessionId).replaceAll(USER, user.id);
    expect(await post(text)).toMatchObject({ status: 200, body: {} });

    expect(await recordedAsUnknown()).toBe(before + 1);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'pending' });
    expect((await post(text)).status).toBe(200);
    expect(await recordedAsUnknown()).toBe(before + 1);
  });

  it('does not change a verified user', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.deliver(gateway.sandbox[provider].webhookFor(sessionId, { outcome: 'approve' }));
    for (const body of bodies) {
      const text = `${body.replaceAll(SESSION, sessionId).replaceAll(USER, user.id)} `;
      expect((await post(text)).status).toBe(200);
    }
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });

  it('is logged once with the wrong fields and without its content', async () => {
    const logged = lines().length;
    await post(`{"data":"${NAME}","payload":"${NAME}","verification":"${NAME}"}`);
    const warnings = lines()
      .slice(logged)
      .filter(({ level }) => level === 40);
    expect(warnings).toMatchObject([
      {
        event: 'security.unknown_word',
        provider,
        eventKey: expect.stringMatching(/^unknown:sha256:/),
        reason: expect.stringMatching(/^not the documented shape: (data|payload|verification) /),
      },
    ]);
    expect(gateway.logs()).not.toContain(NAME);
  });

  it('gets 401 if its signature is wrong', async () => {
    const headers = { 'content-type': 'application/json', ...gateway.sandbox[provider].sign('{}') };
    const before = await recordedAsUnknown();
    expect((await gateway.deliver({ headers, body: '{"hello":"world"}' })).status).toBe(401);
    expect(await recordedAsUnknown()).toBe(before);
  });
});

describe('A watchlist screening of Veriff', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ provider: 'veriff' });
  });
  afterAll(() => gateway.close());

  it.each(['possible_match', 'no_match'])(
    'with %s gets 200, changes no status and is shown to operators',
    async (matchStatus) => {
      const { user, sessionId } = await gateway.openSession();
      await gateway.deliver(gateway.sandbox.veriff.webhookFor(sessionId, { outcome: 'approve' }));
      const body = JSON.stringify({
        checkType: 'updated_result',
        sessionId,
        vendorData: user.id,
        matchStatus,
        searchTerm: { name: NAME },
        totalHits: 1,
        createdAt: new Date().toISOString(),
        hits: [{ matchedName: NAME }],
      });
      const headers = { 'content-type': 'application/json', ...gateway.sandbox.veriff.sign(body) };

      expect(await gateway.deliver({ headers, body })).toMatchObject({ status: 200 });

      expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
      const operator = await createOperator(gateway);
      const file = (await operator.get(`/${user.id}`)).body;
      expect(file['sessions']).toMatchObject([
        {
          phase: 'approved',
          events: [
            { outcome: 'approved' },
            { outcome: 'noted', source: 'webhook', actor: null, note: `watchlist_screening: ${matchStatus}` },
          ],
        },
      ]);
      expect(JSON.stringify(file)).not.toContain(NAME);
      expect(gateway.logs()).not.toContain(NAME);
    },
  );
});
