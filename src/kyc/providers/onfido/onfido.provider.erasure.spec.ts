import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
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
const NONE: Erasure = { finalAt: null };

let server: Server;
/** What is answered, by the call: a body with 200, or a status; any other call is unknown. */
let answers: Record<string, unknown>;
let asked: string[];

beforeAll(async () => {
  server = createServer(({ method, url }, response) => {
    const call = `${method} ${url}`;
    asked.push(call);
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
  asked = [];
  answers = given;
  const provider = new OnfidoProvider({
    apiKey: 'api_sandbox.the-token-of-this-spec',
    workflowId: '9a8b7c6d-1111-4222-8333-444455556666',
    secrets: ['webhook-token'],
    region: 'eu',
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v3.6`,
  });
  return provider.eraseSession(RUN, AbortSignal.timeout(10_000));
}

describe("an erasure at Onfido's", () => {
  it("deletes the run's applicant, and is final when that is carried out", async () => {
    const applicant = { id: APPLICANT, delete_at: '2026-03-24T10:00:00Z' };
    const erasure = await erase({ [READ_RUN]: OWNED, [DELETE]: 204, [READ]: applicant });
    expect(erasure).toEqual({ finalAt: new Date('2026-03-24T10:00:00Z') });
    expect(asked).toEqual([READ_RUN, DELETE, READ]);
  });

  it.each([
    ['knows the applicant no longer', 404],
    ['tells that it is gone', 410],
    ['fails', 500],
    ['refuses', 403],
    ['answers something else', { id: 'x' }],
    ['names no time', { id: APPLICANT }],
    ['names a strange time', { id: APPLICANT, delete_at: 'soon' }],
  ])('stands where Onfido %s when asked for the time', async (_what, answer) => {
    expect(await erase({ [READ_RUN]: OWNED, [DELETE]: 204, [READ]: answer })).toEqual(NONE);
  });

  it.each([404, 410])('has nothing to do where the run answers %d', async (status) => {
    expect(await erase({ [READ_RUN]: status })).toEqual(NONE);
    expect(asked).toEqual([READ_RUN]);
  });

  it.each([404, 410])('is done where the applicant answers %d', async (status) => {
    expect(await erase({ [READ_RUN]: OWNED, [DELETE]: status })).toEqual(NONE);
  });

  it.each([
    [429, ProviderUnavailableError],
    [500, ProviderUnavailableError],
    [403, ProviderRefusedError],
    [422, ProviderRefusedError],
  ])('fails where the deletion is answered %d', async (status, kind) => {
    const error = erase({ [READ_RUN]: OWNED, [DELETE]: status });
    await expect(error).rejects.toMatchObject({ constructor: kind, status });
  });

  it('goes by no run of which it is not told whose it is', async () => {
    await expect(erase({ [READ_RUN]: { id: RUN } })).rejects.toThrow(ProviderUnavailableError);
    expect(asked).toEqual([READ_RUN]);
  });
});
