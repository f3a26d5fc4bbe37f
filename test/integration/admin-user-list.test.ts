import { randomUUID } from 'node:crypto';
import { pageQuery } from '../../src/kyc/status/user-status.repository.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { createOperator, type Operator } from '../support/operator.ts';
import { USERS } from '../support/test-database.ts';

type Json = Record<string, unknown>;

/** One plan node in the output of EXPLAIN (ANALYZE, FORMAT JSON). */
interface Step {
  'Node Type': string;
  'Index Name'?: string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Rows Removed by Filter'?: number;
  Plans?: Step[];
}

const TABLE = 4_000;
const STATUSES = ['not_verified', 'pending', 'rejected', 'verified'] as const;

let gateway: TestGateway;
let operator: Operator;
beforeAll(async () => {
  gateway = await startGateway();
  operator = await createOperator(gateway);
});
afterAll(() => gateway.close());

const idsOf = (body: Json) => (body['users'] as { user_id: string }[]).map((user) => user.user_id);

describe("The operators' list of users", () => {
  beforeAll(async () => {
    await gateway.database.query(
      `INSERT INTO users (email, kyc_status, kyc_provider, kyc_session_id)
       SELECT n || '@example.com', ($2::text[])[1 + n % 4], 'persona', 'inq_' || n FROM generate_series(1, $1::int) AS n`,
      [TABLE, STATUSES],
    );
    await gateway.database.query(
      `INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, opened_at, changed_at, ended_at)
       SELECT id, kyc_provider, kyc_session_id, 'expired', now(), now(), now() FROM users`,
    );
    await gateway.database.query('ANALYZE');
  });
  afterAll(() => gateway.database.query('DELETE FROM users'));

  async function walk(query: string): Promise<string[]> {
    const ids: string[] = [];
    for (let next: unknown = null; ;) {
      const { body } = await operator.get(
        `?limit=200${query}${next === null ? '' : `&after=${String(next)}`}`,
      );
      ids.push(...idsOf(body));
      next = body['next'];
      if (next === null) return ids;
    }
  }

  it('returns pages of 50 users by default, or of the requested size', async () => {
    expect(idsOf((await operator.get('')).body)).toHaveLength(50);
    expect(idsOf((await operator.get('?limit=200')).body)).toHaveLength(200);
  });

  it('shows the status of each user', async () => {
    const { body, headers } = await operator.get('?status=verified&limit=1');
    expect(body['users']).toEqual([
      {
        user_id: expect.any(String),
        kyc_status: 'verified',
        kyc_provider: 'persona',
        kyc_session_id: expect.stringMatching(/^inq_/),
        kyc_rejection_reason: null,
        updated_at: expect.stringMatching(/Z$/),
      },
    ]);
    expect(headers.get('cache-control')).toBe('no-store');
  });

  it.each(STATUSES)('pages through every user with the status %s exactly once', async (status) => {
    const rows: { id: string }[] = await gateway.database.query(
      'SELECT id FROM users WHERE kyc_status = $1 ORDER BY id',
      [status],
    );
    expect(await walk(`&status=${status}`)).toEqual(rows.map((row) => row.id));
  });

  it('pages through all users by status and id when no status is given', async () => {
    const rows: { id: string }[] = await gateway.database.query(
      'SELECT id FROM users ORDER BY kyc_status, id',
    );
    expect(await walk('')).toEqual(rows.map((row) => row.id));
  });

  it('skips and repeats no user while users are added and removed', async () => {
    const first = await operator.get('?status=pending&limit=10');
    const [gone = ''] = idsOf(first.body).slice(-1);
    await gateway.database.query(`UPDATE users SET kyc_status = 'verified' WHERE id = $1`, [gone]);
    const second = await operator.get(`?status=pending&limit=10&after=${String(first.body['next'])}`);
    await gateway.database.query(`UPDATE users SET kyc_status = 'pending' WHERE id = $1`, [gone]);
    const whole = await operator.get('?status=pending&limit=20');
    expect([...idsOf(first.body), ...idsOf(second.body)]).toEqual(idsOf(whole.body));
  });

  it.each([
    'limit=0',
    'limit=201',
    'limit=-1',
    'limit=1.5',
    'limit=many',
    'limit=',
    'limit=5&limit=6',
    'status=frozen',
    'status=',
    'status=pending&status=verified',
    'page=2',
    'after=',
    'after=nonsense',
  ])('rejects the query %s', async (query) => {
    expect(await operator.get(`?${query}`)).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
  });

  it.each<[string, unknown, string]>([
    ['nothing', null, ''],
    ['no array', {}, ''],
    ['no user', ['pending'], ''],
    ['an unknown status', ['frozen', '1'], ''],
    ['a number as user id', ['pending', 1], ''],
    ['an id of the wrong type', ['pending', 'not-a-uuid'], ''],
    ['a character that PostgreSQL cannot store', ['pending', '\0'], ''],
    ['more than a status and an id', ['pending', randomUUID(), 'more'], ''],
    ['a user of another status than the requested one', ['pending', randomUUID()], '&status=verified'],
    ['too much', ['pending', 'a'.repeat(2_000)], ''],
  ])('rejects a cursor that contains %s', async (_, content, rest) => {
    const cursor = Buffer.from(JSON.stringify(content)).toString('base64url');
    expect(await operator.get(`?after=${cursor}${rest}`)).toMatchObject({
      status: 400,
      body: { code: 'request.invalid' },
    });
  });

  it.each([
    ['the first page of a status', { isOfStatus: true, isLater: false }],
    ['a later page of a status', { isOfStatus: true, isLater: true }],
    ['the first page of all users', { isOfStatus: false, isLater: false }],
    ['a later page of all users', { isOfStatus: false, isLater: true }],
  ])('reads no more rows than it shows: %s', async (_, { isOfStatus, isLater }) => {
    const [middle] = (await gateway.database.query(
      `SELECT id FROM users WHERE kyc_status = 'pending' ORDER BY id OFFSET ${TABLE / 8} LIMIT 1`,
    )) as [{ id: string }];
    const after = isLater ? ({ status: 'pending', userId: middle.id } as const) : undefined;
    const { sql, values } = pageQuery(USERS, 50, isOfStatus ? 'pending' : undefined, after);
    const [explained] = (await gateway.database.query(
      `EXPLAIN (ANALYZE, TIMING off, FORMAT JSON) ${sql}`,
      values,
    )) as [{ 'QUERY PLAN': [{ Plan: Step }] }];
    const steps = stepsOf(explained['QUERY PLAN'][0].Plan);
    expect(steps.filter((step) => step['Relation Name'] === 'users')).toEqual([
      expect.objectContaining({ 'Index Name': 'idx_users_kyc_status_id', 'Actual Rows': 50 }),
    ]);
    expect(steps.some((step) => /Seq Scan/.test(step['Node Type']))).toBe(false);
    expect(steps.some((step) => (step['Rows Removed by Filter'] ?? 0) > 0)).toBe(false);
  });
});

function stepsOf(step: Step): Step[] {
  return [step, ...(step.Plans ?? []).flatMap(stepsOf)];
}
