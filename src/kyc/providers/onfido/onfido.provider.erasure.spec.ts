import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { outboundAgent } from '../../../common/outbound-agent.ts';
import type { Erasure } from '../kyc-provider.ts';
import { ProviderRefusedError, ProviderUnavailableError } from '../provider-errors.ts';
import { OnfidoProvider } from './onfido.provider.ts';

const RUN = '2f152409-d6c4-4711-8750-48517f99a8d6';
const APPLICANT = 'f2302f45-1111-4222-8333-444455556666';
const [READ_RUN, DELETE, READ] = [
  `GET /v3.6/workflow_runs/${RUN}`,
  `DELETE /v3.6/applicants/${APPLICANT}`,
  `GET /v3.6/applicants/${APPLICANT}`,
];
const OWNED = { id: RUN, applicant_id: APPLICANT };
const NONE: Erasure = { finalAt: null, hasKeptSharedData: false };

let server: Server;
/** Maps a call to a body for 200, or to a status. Any other call gets 404. */
let answers: Record<string, unknown>;
let requests: string[];

beforeAll(async () => {
  server = createServer(({ method, url }, response) => {
    const call = `${method} ${url}`;
    requests.push(call);
    const answer = answers[call] ?? 404;
    const isStatus = typeof answer === 'number';
    response.writeHead(isStatus ? answer : 200, { 'content-type': 'application/json' });
    response.end(answer === 204 ? undefined : JSON.stringify(isStatus ? {} : answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function erase(given: Record<string, unknown>): Promise<Erasure> {
  requests = [];
  answers = given;
  const provider = new OnfidoProvider({
    dispatcher: outboundAgent(),
    apiKey: 'api_sandbox.the-token-of-this-spec',
    workflowId: '9a8b7c6d-1111-4222-8333-444455556666',
    secrets: ['webhook-token'],
    region: 'eu',
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3.6`,
  });
  return provider.eraseSession(
    { sessionId: RUN, keepsSharedData: false, now: new Date() },
    AbortSignal.timeout(10_000),
  );
}

describe('An erasure at Onfido', () => {
  it("deletes the run's applicant and returns the time of the deletion", async () => {
    const applicant = { id: APPLICANT, delete_at: '2026-03-24T10:00:00Z' };
    const erasure = await erase({ [READ_RUN]: OWNED, [DELETE]: 204, [READ]: applicant });
    expect(erasure).toEqual({ finalAt: new Date('2026-03-24T10:00:00Z'), hasKeptSharedData: false });
    expect(requests).toEqual([READ_RUN, DELETE, READ]);
  });

  it.each([
    ['does not know the applicant', 404],
    ['responds that it is gone', 410],
    ['fails', 500],
    ['refuses', 403],
    ['responds with another shape', { id: 'x' }],
    ['returns no time', { id: APPLICANT }],
    ['returns a malformed time', { id: APPLICANT, delete_at: 'soon' }],
  ])('resolves if Onfido %s at the read of the final time', async (_what, answer) => {
    expect(await erase({ [READ_RUN]: OWNED, [DELETE]: 204, [READ]: answer })).toEqual(NONE);
  });

  it.each([404, 410])('deletes nothing if the read of the run gets the status %d', async (status) => {
    expect(await erase({ [READ_RUN]: status })).toEqual(NONE);
    expect(requests).toEqual([READ_RUN]);
  });

  it.each([404, 410])('resolves if the deletion gets the status %d', async (status) => {
    expect(await erase({ [READ_RUN]: OWNED, [DELETE]: status })).toEqual(NONE);
  });

  it.each([
    [429, ProviderUnavailableError],
    [500, ProviderUnavailableError],
    [403, ProviderRefusedError],
    [422, ProviderRefusedError],
  ])('rejects if the deletion gets the status %d', async (status, kind) => {
    const error = erase({ [READ_RUN]: OWNED, [DELETE]: status });
    await expect(error).rejects.toMatchObject({ constructor: kind, status });
  });

  it('is unavailable if the run has no applicant', async () => {
    await expect(erase({ [READ_RUN]: { id: RUN } })).rejects.toThrow(ProviderUnavailableError);
    expect(requests).toEqual([READ_RUN]);
  });
});
