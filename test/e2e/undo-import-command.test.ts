import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { erasureHelpers } from '../support/erasure-helpers.ts';
import { startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { DAY, type ImportCommand, importCommand } from '../support/import-command.ts';
import { createOperator, type Operator } from '../support/operator.ts';

const BUILD_TIMEOUT_MS = 120_000;
const REASON = 'Passport seen at the branch, ticket 4711';

describe('npm run import -- --undo', () => {
  let gateway: TestGateway;
  let operator: Operator;
  let command: ImportCommand;

  beforeAll(async () => {
    await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined });
    gateway = await startGateway({ provider: 'persona', environment: { KYC_MAX_ATTEMPTS: '1' } });
    operator = await createOperator(gateway);
    command = await importCommand(gateway);
  }, BUILD_TIMEOUT_MS);
  afterAll(async () => {
    await command.dispose();
    await gateway.close();
  });

  it('only counts without --apply', async () => {
    const { users, batch } = await command.importUsers('verified');
    const [user] = users as [User];
    const { code, output } = await command.run('--undo', batch);
    expect([code, output]).toEqual([0, expect.stringMatching(/to undo +1\n +changed since +0\n/)]);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });

  it('ends the attempts of the batch and of no other batch, without a mail', async () => {
    const { users, batch } = await command.importUsers('verified', 'rejected');
    const { users: others } = await command.importUsers('verified');
    const [verified, rejected, other] = [...users, ...others] as [User, User, User];

    const result = await command.undo(batch);

    expect(result).toMatchObject({
      code: 0,
      output: expect.stringMatching(/undone +2\n +changed since +0\n/),
    });
    expect(result.output).toContain(`"event":"admin.undo_import","actor":"import","batch":"${batch}"`);
    for (const user of [verified, rejected]) {
      expect((await gateway.status(user)).body).toMatchObject({
        kyc_status: 'not_verified',
        kyc_rejection_reason: null,
        next_action: 'start',
        attempts_left: 1,
      });
    }
    expect(await gateway.userRow(other)).toMatchObject({ kyc_status: 'verified' });
    const { kyc_session_id: sessionId } = await gateway.userRow(verified);
    expect(await gateway.events(String(sessionId))).toMatchObject([
      { outcome: 'approved', event_key: `operator:import:${batch}:2` },
      { outcome: 'abandoned', event_key: `operator:undo_import:${batch}:2`, source: 'operator' },
    ]);
    const mails = `SELECT 1 FROM kyc_jobs.job WHERE name = 'notification' AND data ->> 'userId' = $1`;
    expect(await gateway.database.query(mails, [verified.id])).toEqual([]);
    expect((await gateway.start(verified)).status).toBe(201);
  });

  it('writes the state that the events result in, so that another event of the attempt changes nothing', async () => {
    const { users, batch } = await command.importUsers('rejected');
    const [user] = users as [User];
    const imported = await command.attemptsOf(user);
    await operator.post(`/${user.id}/reconcile`);
    expect(await command.attemptsOf(user)).toEqual(imported);
    // The event of the operator decides nothing, so it does not keep the undo from ending the attempt.
    expect((await command.undo(batch)).output).toMatch(/undone +1\n/);
    const undone = await command.attemptsOf(user);
    await operator.post(`/${user.id}/reconcile`);
    expect(await command.attemptsOf(user)).toEqual(undone);
  });

  it('leaves users as they are whom an operator or a start has changed since', async () => {
    const { users, batch } = await command.importUsers('rejected', 'rejected', 'rejected');
    const [kept, overridden, started] = users as [User, User, User];
    await operator.post(`/${overridden.id}/override`, { status: 'verified', reason: REASON });
    await gateway.start(started);

    expect((await command.undo(batch)).output).toMatch(/undone +1\n +changed since +2\n/);

    expect(await gateway.userRow(kept)).toMatchObject({ kyc_status: 'not_verified' });
    expect(await gateway.userRow(overridden)).toMatchObject({ kyc_status: 'verified' });
    expect(await gateway.userRow(started)).toMatchObject({ kyc_status: 'pending', kyc_provider: 'persona' });
  });

  it('changes nothing the second time, and allows an import of the corrected file', async () => {
    const { users, batch } = await command.importUsers('verified');
    const [user] = users as [User];
    const undoneBefore = /undone +0\n +changed since +0\n +undone before +1\n/;
    await command.undo(batch);
    const before = await command.attemptsOf(user);
    expect((await command.undo(batch)).output).toMatch(undoneBefore);
    expect(await command.attemptsOf(user)).toEqual(before);

    const corrected = await command.run(await command.fileWith(`${user.id},rejected,${DAY},`), '--apply');

    expect(corrected.output).toContain('Imported: 0 verified, 1 rejected.');
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'rejected' });
    expect((await command.undo(batch)).output).toMatch(undoneBefore);
    await operator.post(`/${user.id}/override`, { status: 'verified', reason: REASON });
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });

  it('does not change a user who had their data erased, and neither does another import', async () => {
    const { users, file, batch } = await command.importUsers('verified');
    const [user] = users as [User];
    const { erase, rowsOf } = erasureHelpers(gateway);
    expect((await erase(user)).status).toBe(202);
    expect(await rowsOf(user)).toMatchObject([{ place: 'gateway' }]);
    const row = await gateway.userRow(user);
    expect(row).toMatchObject({ kyc_status: 'verified', kyc_session_id: expect.stringMatching(/^erased:/) });

    const output = expect.stringMatching(/^Error: The ledger contains no user of this batch/);
    expect(await command.undo(batch)).toEqual({ code: 1, output });
    expect((await command.run(file, '--apply')).output).toMatch(/already decided +1\n/);
    expect(await gateway.userRow(user)).toEqual(row);
  });
});
