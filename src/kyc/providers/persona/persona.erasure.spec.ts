import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { outboundAgent } from '../../../common/outbound-agent.ts';
import type { Erasure } from '../kyc-provider.ts';
import { ProviderUnavailableError } from '../provider-errors.ts';
import { PersonaProvider } from './persona.provider.ts';

const REDACTED_AT = '2026-03-04T10:20:30.000Z';
const READ_BOTH = ['GET /inquiries/inq_1', 'GET /accounts/act_1'];

let server: Server;
/** Maps a call to a body for 200, or to a status. Any other call gets 404. */
let answers: Record<string, unknown>;
let calls: string[];

beforeAll(async () => {
  server = createServer(({ method, url }, response) => {
    const call = `${method} ${url}`;
    calls.push(call);
    const answer = answers[call] ?? 404;
    const isStatus = typeof answer === 'number';
    response.writeHead(isStatus ? answer : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(isStatus ? { errors: [] } : answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const inquiry = (attributes: object = {}, account: unknown = { type: 'account', id: 'act_1' }) => ({
  data: {
    type: 'inquiry',
    id: 'inq_1',
    attributes: { status: 'approved', 'reference-id': 'user_42', 'redacted-at': null, ...attributes },
    relationships: { account: { data: account } },
  },
});
const account = (reference: string | null) => ({
  data: { type: 'account', id: 'act_1', attributes: { 'reference-id': reference } },
});

function erase(given: Record<string, unknown>, keepsSharedData = false): Promise<Erasure> {
  calls = [];
  answers = given;
  const provider = new PersonaProvider({
    dispatcher: outboundAgent(),
    apiKey: 'persona_sandbox_spec',
    templateId: 'itmpl_spec',
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets: ['wbhsec_spec'],
    isCompletedApproved: false,
  });
  return provider.eraseSession(
    { sessionId: 'inq_1', keepsSharedData, now: new Date() },
    AbortSignal.timeout(10_000),
  );
}

describe('An erasure at Persona', () => {
  it("redacts the user's account, which covers the inquiry, and returns no final time", async () => {
    const erasure = await erase({
      'GET /inquiries/inq_1': inquiry(),
      'GET /accounts/act_1': account('user_42'),
      'DELETE /accounts/act_1': account(null),
    });
    expect(erasure).toEqual({ finalAt: null, hasKeptSharedData: false });
    expect(calls).toEqual([...READ_BOTH, 'DELETE /accounts/act_1']);
  });

  it('redacts the account if the inquiry alone was redacted before', async () => {
    await erase({
      'GET /inquiries/inq_1': inquiry({ 'redacted-at': REDACTED_AT }),
      'GET /accounts/act_1': account('user_42'),
      'DELETE /accounts/act_1': account(null),
    });
    expect(calls).toEqual([...READ_BOTH, 'DELETE /accounts/act_1']);
  });

  it.each([
    ['belongs to another user', account('user_43')],
    ['was redacted before', account(null)],
    ['does not exist', 404],
  ])('redacts the inquiry alone if the account %s', async (_what, found) => {
    await erase({
      'GET /inquiries/inq_1': inquiry(),
      'GET /accounts/act_1': found,
      'DELETE /inquiries/inq_1': inquiry({ 'redacted-at': REDACTED_AT }),
    });
    expect(calls).toEqual([...READ_BOTH, 'DELETE /inquiries/inq_1']);
  });

  it('redacts the inquiry if Persona rejects redacting the account a second time', async () => {
    const redacted = account('user_42');
    Object.assign(redacted.data.attributes, { 'redacted-at': REDACTED_AT });
    await erase({
      'GET /inquiries/inq_1': inquiry(),
      'GET /accounts/act_1': redacted,
      'DELETE /accounts/act_1': 409,
      'DELETE /inquiries/inq_1': inquiry({ 'redacted-at': REDACTED_AT }),
    });
    expect(calls).toEqual([...READ_BOTH, 'DELETE /accounts/act_1', 'DELETE /inquiries/inq_1']);
  });

  it.each([
    ['has no account', inquiry({}, null)],
    ['has an empty account', inquiry({}, {})],
    ['has lost its reference id', inquiry({ 'reference-id': null })],
  ])('redacts the inquiry alone if it %s', async (_what, found) => {
    await erase({ 'GET /inquiries/inq_1': found, 'DELETE /inquiries/inq_1': found });
    expect(calls).toEqual(['GET /inquiries/inq_1', 'DELETE /inquiries/inq_1']);
  });

  it('redacts the inquiry alone and says so if a newer inquiry of the user needs the account', async () => {
    const given = {
      'GET /inquiries/inq_1': inquiry(),
      'GET /accounts/act_1': account('user_42'),
      'DELETE /inquiries/inq_1': inquiry({ 'redacted-at': REDACTED_AT }),
    };
    expect(await erase(given, true)).toEqual({ finalAt: null, hasKeptSharedData: true });
    expect(calls).toEqual([...READ_BOTH, 'DELETE /inquiries/inq_1']);
  });

  it('redacts nothing if inquiry and account are redacted already', async () => {
    await erase({ 'GET /inquiries/inq_1': inquiry({ 'reference-id': null, 'redacted-at': REDACTED_AT }) });
    expect(calls).toEqual(['GET /inquiries/inq_1']);
  });

  it.each(['DELETE /accounts/act_1', 'DELETE /inquiries/inq_1'])(
    'is unavailable after a conflict at %s, because another request may change the object',
    async (call) => {
      const owner = call.includes('accounts') ? 'user_42' : null;
      const error = erase({
        'GET /inquiries/inq_1': inquiry(),
        'GET /accounts/act_1': account(owner),
        [call]: 409,
      });
      await expect(error).rejects.toMatchObject({ constructor: ProviderUnavailableError, status: 409 });
      expect(calls.at(-1)).toBe(call);
    },
  );

  it('resolves if the account disappears between two calls', async () => {
    const given = { 'GET /inquiries/inq_1': inquiry(), 'GET /accounts/act_1': account('user_42') };
    expect(await erase(given)).toEqual({ finalAt: null, hasKeptSharedData: false });
  });

  it('calls no account whose id is not safe in a path', async () => {
    const error = erase({ 'GET /inquiries/inq_1': inquiry({}, { id: '..' }) });
    await expect(error).rejects.toThrow('the id cannot be part of a path');
    expect(calls).toHaveLength(1);
  });

  it('rejects a response about another account', async () => {
    const other = account('user_42');
    other.data.id = 'act_2';
    const error = erase({ 'GET /inquiries/inq_1': inquiry(), 'GET /accounts/act_1': other });
    await expect(error).rejects.toThrow(ProviderUnavailableError);
  });
});
