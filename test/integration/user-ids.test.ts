import { randomUUID } from 'node:crypto';
import { startGateway, type TestGateway } from '../support/gateway.js';

/** PostgreSQL takes a uuid in several spellings and gives it back in one; an issuer may use another. */
describe('A user whose token spells the id otherwise than the database', () => {
  let gateway: TestGateway;

  beforeAll(async () => {
    gateway = await startGateway();
  });
  afterAll(() => gateway.close());

  async function verify(): Promise<{ id: string; token: string }> {
    const id = `abc${randomUUID().slice(3)}`;
    const email = `${id}@users.example.com`;
    await gateway.database.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, email]);
    const token = await gateway.sandbox.issuer.tokenFor({ sub: id.toUpperCase(), email });
    const { body } = await gateway.start({ token });
    await gateway.sandbox.persona.decide(String(body['session_id']), { outcome: 'approve' });
    return { id, token };
  }

  it('is verified by the provider’s word on the session', async () => {
    expect(await gateway.userRow(await verify())).toMatchObject({ kyc_status: 'verified' });
  });

  it('is read as the same user', async () => {
    expect((await gateway.status(await verify())).body).toMatchObject({ kyc_status: 'verified' });
  });
});
