import { randomUUID } from 'node:crypto';
import { eventually } from '../support/eventually.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';

interface StoredJob {
  state: string;
  retry_count: number;
  start_after: Date;
}

describe('Verdicts that Onfido announces', () => {
  let gateway: TestGateway;
  beforeEach(async () => {
    gateway = await startGateway({ provider: 'onfido' });
    // Reconciliation also reads sessions. Here only the lookups may do so.
    await gateway.database.query('DELETE FROM kyc_jobs.schedule');
  });
  afterEach(() => gateway.close());

  const announce = (check: string, at = new Date()) => {
    const object = { id: check, status: 'complete', completed_at_iso8601: at.toISOString() };
    const body = JSON.stringify({ payload: { resource_type: 'check', action: 'check.completed', object } });
    const headers = { 'content-type': 'application/json', ...gateway.sandbox.onfido.sign(body) };
    return gateway.deliver({ headers, body });
  };
  const announceMany = async (count: number) => {
    const answers = await Promise.all(Array.from({ length: count }, () => announce(randomUUID())));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  };
  const jobs = (state: string): Promise<StoredJob[]> =>
    gateway.database.query(
      `SELECT state, retry_count, start_after FROM kyc_jobs.job
       WHERE name IN ('provider-lookup', 'provider-lookup-dead') AND state::text = $1`,
      [state],
    );
  const postponed = async () => (await jobs('created')).filter(({ start_after: at }) => at > new Date());
  const setBudget = (points: number) =>
    gateway.database.query(
      `INSERT INTO kyc_rate_limits (key, points, expire)
       VALUES ('provider-reads:onfido', $1, (extract(epoch FROM now()) * 1000)::bigint + 60000)
       ON CONFLICT (key) DO UPDATE SET points = excluded.points, expire = excluded.expire`,
      [points],
    );
  const reads = () => gateway.sandbox.onfido.calls().filter(({ path }) => path.includes('/checks/')).length;
  const metrics = async () => (await fetch(`${gateway.url}/metrics`)).text();

  it('lookups wait for the budget of reads without losing a retry', async () => {
    await setBudget(150);
    await announceMany(12);
    await eventually(async () => ((await postponed()).length === 12 ? true : undefined));
    expect([reads(), (await postponed()).map(({ retry_count: count }) => count)]).toEqual([
      0,
      Array(12).fill(0),
    ]);
    expect(await metrics()).toMatch(/kyc_jobs_postponed_total\{queue="provider-lookup"\} \d/);

    await setBudget(0);
    await gateway.database.query(`UPDATE kyc_jobs.job SET start_after = now() WHERE state = 'created'`);
    await eventually(async () => (reads() === 12 ? true : undefined));
  });

  it('lookups pause when the provider answers 429 and do not keep users from starting', async () => {
    gateway.sandbox.onfido.misbehave({ status: 429, headers: { 'retry-after': '300' } });
    await announceMany(30);
    await eventually(async () => ((await postponed()).length === 30 ? true : undefined));
    // Each worker of the replica can have one fetch of four jobs under way.
    expect(reads()).toBeLessThanOrEqual(8);
    gateway.sandbox.onfido.behave();

    await gateway.openSession();
    expect(await metrics()).toContain('kyc_provider_circuit_open{provider="onfido"} 0');
  });

  it('lookups do not keep users from starting when they fail', async () => {
    gateway.sandbox.onfido.misbehave({ status: 500 });
    await announceMany(8);
    await eventually(async () => ((await jobs('retry')).length === 8 ? true : undefined));
    gateway.sandbox.onfido.behave();
    expect((await gateway.start(await gateway.createUser())).status).toBe(201);
  });

  it('lookups read a check once for all of its events that arrive before the lookup', async () => {
    await setBudget(150);
    const check = randomUUID();
    await announce(check);
    await eventually(async () => ((await postponed()).length === 1 ? true : undefined));
    for (let second = 1; second <= 5; second += 1) await announce(check, new Date(second * 1_000));
    expect(await postponed()).toHaveLength(1);
  });

  it('lookups end quietly if the provider does not know the check', async () => {
    await announce(randomUUID());
    await eventually(async () => (gateway.logs().includes('kyc.lookup_not_found') ? true : undefined));
    await eventually(async () => ((await jobs('completed')).length === 1 ? true : undefined));
    expect([reads(), await jobs('retry'), await jobs('created')]).toEqual([1, [], []]);
    expect(await metrics()).toContain('kyc_lookups_total{provider="onfido",result="not_found"} 1');
    expect(gateway.logs()).not.toContain('job.failed');
  });
});
