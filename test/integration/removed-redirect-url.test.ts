import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { ReconciliationService } from '../../src/kyc/reconciliation/reconciliation.service.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { harnessOf } from '../contracts/harnesses.ts';

const REMOVED = 'https://removed.example.com/return';
const ALLOWED = 'https://app.example.com/kyc/return';

describe.each(PROVIDER_NAMES)('A redirect URL that was removed from the list, at %s,', (provider) => {
  let sandbox: Sandbox;
  let database: TestDatabase;
  let gateway: TestGateway;
  let user: User;

  const serve = (urls: string) =>
    startGateway({
      provider,
      sandbox,
      databaseUrl: database.url,
      environment: { KYC_REDIRECT_URLS: urls },
    });
  const attempts = () => gateway.database.query('SELECT * FROM kyc_sessions ORDER BY opened_at');

  /** A start with the old list, whose session the provider creates without an answer. */
  beforeEach(async () => {
    sandbox = await startSandbox();
    database = await createTestDatabase();
    gateway = await serve(`${REMOVED},${ALLOWED}`);
    await gateway.database.query('DELETE FROM kyc_jobs.schedule');
    user = await gateway.createUser();
    const emulator = sandbox[provider];
    if (harnessOf(provider).createCalls > 1) emulator.misbehave({ delayMs: 300, times: 1 });
    else emulator.misbehave({ disconnect: true });
    const starting = gateway.start(user, { redirect_url: REMOVED });
    if (harnessOf(provider).createCalls > 1) {
      while (emulator.calls().length === 0) await new Promise(setImmediate);
      emulator.misbehave({ disconnect: true });
    }
    expect((await starting).status).toBe(503);
    emulator.behave();
    await gateway.close();
    gateway = await serve(ALLOWED);
  });
  afterEach(async () => {
    await gateway.close();
    await sandbox.close();
    await database.drop();
  });

  it('is not used by a later start', async () => {
    const orphans = sandbox[provider].sessions().map(({ id }) => id);
    const { status, body } = await gateway.start(user);

    expect(status).toBe(201);
    expect(orphans).not.toContain(body['session_id']);
    expect(await attempts()).toMatchObject([
      { phase: 'failed', redirect_url: REMOVED },
      { phase: 'open', redirect_url: ALLOWED },
    ]);
    expect((await gateway.status(user)).body).toMatchObject({ attempts_left: 3 });
  });

  it('is not used by reconciliation', async () => {
    await gateway.app.get(ReconciliationService).reconcile({ kind: 'due', now: new Date() });
    expect(await attempts()).toMatchObject([{ phase: 'failed' }]);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'not_verified', kyc_session_id: null });
  });
});
