import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { outboundAgent } from '../../../common/outbound-agent.ts';
import { ProviderUnavailableError } from '../provider-errors.ts';
import type { HostedSession } from '../kyc-provider.ts';
import { OnfidoProvider } from './onfido.provider.ts';

const RUN = '2f152409-d6c4-4711-8750-48517f99a8d6';
const OTHER_RUN = 'f2302f45-1111-4222-8333-444455556666';
const LINK = `https://eu.onfido.app/l/${RUN}`;
const REQUEST = {
  attemptId: '7f1c9a52-0000-4000-8000-000000000001',
  userId: 'user_42',
  redirectUrl: 'https://app.example/back',
  now: new Date('2026-03-04T10:10:00Z'),
};
const EXPIRED = '2026-03-03T10:10:00Z';
const NO_WAY_IN = { link: null, sdk_token: null };

let server: Server;
/** Maps a path to its response. Any other path gets 404. */
let answers: Record<string, unknown>;
let requests: string[];

beforeAll(async () => {
  server = createServer((request, response) => {
    const url = request.url ?? '';
    requests.push(`${request.method} ${url}`);
    const answer = answers[url.split('?', 1)[0] ?? url];
    response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  requests = [];
});

const run = (fields: object = {}) => ({
  id: RUN,
  customer_user_id: REQUEST.userId,
  tags: ['other', `attempt:${REQUEST.attemptId}`],
  status: 'awaiting_input',
  sdk_token: 'sdk.token',
  link: { url: LINK, expires_at: '2026-03-11T10:10:00Z' },
  ...fields,
});

function recover(listed: unknown, read?: unknown): Promise<HostedSession | null> {
  answers = { '/v3.6/workflow_runs': listed, [`/v3.6/workflow_runs/${RUN}`]: read };
  const provider = new OnfidoProvider({
    dispatcher: outboundAgent(),
    apiKey: 'api_sandbox.the-token-of-this-spec',
    workflowId: '9a8b7c6d-1111-4222-8333-444455556666',
    secrets: ['webhook-token'],
    region: 'eu',
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3.6`,
  });
  return provider.recoverSession(REQUEST, AbortSignal.timeout(5_000));
}

describe('Recovering a session at Onfido', () => {
  it('searches for the tag of the attempt, newest first', async () => {
    await expect(recover([run(), run({ id: OTHER_RUN })])).resolves.toEqual({
      sessionId: RUN,
      url: LINK,
      sdkToken: 'sdk.token',
      expiresAt: new Date('2026-03-11T10:10:00Z'),
      resumeToken: null,
    });
    const tag = encodeURIComponent(`attempt:${REQUEST.attemptId}`);
    expect(requests).toEqual([`GET /v3.6/workflow_runs?sort=desc&tags=${tag}`]);
  });

  it.each<[string, object]>([
    ['has no tags', { tags: null }],
    ["has another attempt's tag", { tags: ['attempt:7f1c9a52-0000-4000-8000-000000000002'] }],
    ['has a tag with the same beginning', { tags: [`attempt:${REQUEST.attemptId}-2`] }],
    ['belongs to another user', { customer_user_id: 'user_43' }],
    ['belongs to no user', { customer_user_id: null }],
  ])('ignores a listed run that %s', async (_, fields) => {
    await expect(recover([run({ id: OTHER_RUN, ...fields })])).resolves.toBeNull();
    await expect(recover([run({ id: OTHER_RUN, ...fields }), run()])).resolves.toMatchObject({
      sessionId: RUN,
    });
  });

  it('reads the run by its id if the list contains no link and no token', async () => {
    await expect(recover([run(NO_WAY_IN)], run())).resolves.toMatchObject({ sessionId: RUN, url: LINK });
    expect(requests[1]).toBe(`GET /v3.6/workflow_runs/${RUN}`);
  });

  it('returns null if the run was deleted meanwhile', async () => {
    await expect(recover([run(NO_WAY_IN)])).resolves.toBeNull();
  });

  it.each(['processing', 'approved', 'declined', 'review', 'abandoned', 'error', 'a_new_word'])(
    'returns a run with the status %s even without link and token',
    async (status) => {
      const over = run({ ...NO_WAY_IN, status });
      await expect(recover([over], over)).resolves.toMatchObject({
        sessionId: RUN,
        url: null,
        sdkToken: null,
      });
    },
  );

  it('returns a run whose link has expired', async () => {
    const expired = run({ link: { url: LINK, expires_at: EXPIRED } });
    await expect(recover([expired])).resolves.toMatchObject({ url: LINK, expiresAt: new Date(EXPIRED) });
  });

  it.each<[string, unknown, unknown]>([
    ['a run that waits for the user has no link and no token', [run(NO_WAY_IN)], run(NO_WAY_IN)],
    ['the list has another shape', { workflow_runs: [] }, run()],
    ['the run that is read is another one', [run(NO_WAY_IN)], run({ id: OTHER_RUN })],
  ])('is unavailable if %s', async (_, listed, read) => {
    await expect(recover(listed, read)).rejects.toThrow(ProviderUnavailableError);
  });
});
