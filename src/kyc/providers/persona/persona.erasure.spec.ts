import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Erasure } from '../kyc-provider.ts';
import { ProviderUnavailableError } from '../provider-errors.ts';
import { PersonaProvider } from './persona.provider.ts';

const REDACTED_AT = '2026-03-04T10:20:30.000Z';
const READ_BOTH = ['GET /inquiries/inq_1', 'GET /accounts/act_1'];

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

function erase(given: Record<string, unknown>): Promise<Erasure> {
  asked = [];
  answers = given;
  const provider = new PersonaProvider({
    apiKey: 'persona_sandbox_spec',
    templateId: 'itmpl_spec',
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    secrets: ['wbhsec_spec'],
    isCompletedApproved: false,
  });
  return provider.eraseSession('inq_1', AbortSignal.timeout(10_000));
}

describe("an erasure at Persona's", () => {
  it("redacts the user's account, which covers the inquiry; nobody says when that is final", async () => {
    const erasure = await erase({
      'GET /inquiries/inq_1': inquiry(),
      'GET /accounts/act_1': account('user_42'),
      'DELETE /accounts/act_1': account(null),
    });
    expect(erasure).toEqual({ finalAt: null });
    expect(asked).toEqual([...READ_BOTH, 'DELETE /accounts/act_1']);
  });

  it('redacts the account also where the inquiry was redacted by itself before', async () => {
    await erase({
      'GET /inquiries/inq_1': inquiry({ 'redacted-at': REDACTED_AT }),
      'GET /accounts/act_1': account('user_42'),
      'DELETE /accounts/act_1': account(null),
    });
    expect(asked).toEqual([...READ_BOTH, 'DELETE /accounts/act_1']);
  });

  it.each([
    ["is somebody else's", account('user_43')],
    ['was redacted before', account(null)],
    ['is not there any more', 404],
  ])('redacts the inquiry alone where the account %s', async (_what, found) => {
    await erase({
      'GET /inquiries/inq_1': inquiry(),
      'GET /accounts/act_1': found,
      'DELETE /inquiries/inq_1': inquiry({ 'redacted-at': REDACTED_AT }),
    });
    expect(asked).toEqual([...READ_BOTH, 'DELETE /inquiries/inq_1']);
  });

  it('redacts the inquiry where an account that was redacted before refuses a second time', async () => {
    const redacted = account('user_42');
    Object.assign(redacted.data.attributes, { 'redacted-at': REDACTED_AT });
    await erase({
      'GET /inquiries/inq_1': inquiry(),
      'GET /accounts/act_1': redacted,
      'DELETE /accounts/act_1': 409,
      'DELETE /inquiries/inq_1': inquiry({ 'redacted-at': REDACTED_AT }),
    });
    expect(asked).toEqual([...READ_BOTH, 'DELETE /accounts/act_1', 'DELETE /inquiries/inq_1']);
  });

  it.each([
    ['has no account', inquiry({}, null)],
    ['has an empty one', inquiry({}, {})],
    ['has lost its reference id', inquiry({ 'reference-id': null })],
  ])('redacts the inquiry alone where it %s', async (_what, found) => {
    await erase({ 'GET /inquiries/inq_1': found, 'DELETE /inquiries/inq_1': found });
    expect(asked).toEqual(['GET /inquiries/inq_1', 'DELETE /inquiries/inq_1']);
  });

  it('has nothing to do where inquiry and account are redacted', async () => {
    await erase({ 'GET /inquiries/inq_1': inquiry({ 'reference-id': null, 'redacted-at': REDACTED_AT }) });
    expect(asked).toEqual(['GET /inquiries/inq_1']);
  });

  it.each(['DELETE /accounts/act_1', 'DELETE /inquiries/inq_1'])(
    'is put off by a conflict at %s, for that may be somebody else changing it',
    async (call) => {
      const owner = call.includes('accounts') ? 'user_42' : null;
      const error = erase({
        'GET /inquiries/inq_1': inquiry(),
        'GET /accounts/act_1': account(owner),
        [call]: 409,
      });
      await expect(error).rejects.toMatchObject({ constructor: ProviderUnavailableError, status: 409 });
      expect(asked.at(-1)).toBe(call);
    },
  );

  it('is done where the account vanishes in between', async () => {
    const given = { 'GET /inquiries/inq_1': inquiry(), 'GET /accounts/act_1': account('user_42') };
    expect(await erase(given)).toEqual({ finalAt: null });
  });

  it('goes into no account whose id leads elsewhere', async () => {
    const error = erase({ 'GET /inquiries/inq_1': inquiry({}, { id: '..' }) });
    await expect(error).rejects.toThrow('the id cannot be part of a path');
    expect(asked).toHaveLength(1);
  });

  it('believes no answer that is about another account', async () => {
    const other = account('user_42');
    other.data.id = 'act_2';
    const error = erase({ 'GET /inquiries/inq_1': inquiry(), 'GET /accounts/act_1': other });
    await expect(error).rejects.toThrow(ProviderUnavailableError);
  });
});
