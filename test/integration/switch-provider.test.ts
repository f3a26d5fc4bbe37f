import { type ProviderName, type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { startGateway, type TestGateway, type User, WEBHOOK_PATH } from '../support/gateway.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';

interface Opened {
  user: User;
  sessionId: string;
}

const IN_FLIGHT = 100;
/** The events each unfinished session has already received. */
const WAYS = [[], ['start'], ['start', 'submit']] as const;

/** Each provider is the old one once, and the new one once. */
const SWITCHES = PROVIDER_NAMES.map((name, index) => ({
  from: name,
  to: PROVIDER_NAMES.at(index - 1) ?? name,
}));

describe.each(SWITCHES)('A switch from $from to $to', ({ from, to }) => {
  let sandbox: Sandbox;
  let database: TestDatabase;
  let gateway: TestGateway;
  let inFlight: Opened[];
  let rejected: Opened;

  const serve = async (provider: ProviderName) => {
    gateway = await startGateway({
      provider,
      sandbox,
      databaseUrl: database.url,
      environment: { RATE_LIMIT_START_ADDRESS: '10000/600' },
    });
    sandbox.deliverTo(gateway.url + WEBHOOK_PATH);
  };

  beforeAll(async () => {
    sandbox = await startSandbox({ retryDelaysMs: [50, 100, 200, 400, 800] });
    database = await createTestDatabase();
    await serve(from);
    inFlight = await inGroups(Array.from({ length: IN_FLIGHT }), () => gateway.openSession());
    await inGroups(inFlight, async ({ sessionId }, index) => {
      for (const outcome of wayOf(index)) await sandbox[from].decide(sessionId, { outcome });
    });
    rejected = await gateway.openSession();
    await sandbox[from].decide(rejected.sessionId, { outcome: 'decline' });
    await gateway.close();
    await serve(to);
  });
  afterAll(async () => {
    await gateway.close();
    await sandbox.close();
    await database.drop();
  });

  const sessionsOf = (provider: ProviderName, { id }: User) =>
    sandbox[provider].sessions().filter(({ reference }) => reference === id);

  it('resumes unfinished sessions at the old provider and creates no second session', async () => {
    const someOfEach = inFlight.slice(0, 12);
    await inGroups(someOfEach, async ({ user, sessionId }, index) => {
      const answer = await gateway.start(user);
      // Onfido sends no event for this. The start reads the run, which is being processed.
      if (wayOf(index).length === 2) {
        expect(answer).toMatchObject({ status: 409, body: { code: 'kyc.in_review' } });
      } else {
        expect(answer).toMatchObject({ status: 200, body: { session_id: sessionId, provider: from } });
      }
      expect(sessionsOf(from, user)).toHaveLength(1);
      expect(sessionsOf(to, user)).toHaveLength(0);
    });
  });

  it('sends new users to the new provider and applies its webhooks', async () => {
    const { user, sessionId } = await gateway.openSession();
    expect(sessionsOf(to, user)).toMatchObject([{ id: sessionId }]);
    expect(sessionsOf(from, user)).toHaveLength(0);

    await sandbox[to].decide(sessionId, { outcome: 'approve' });

    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified', kyc_provider: to });
  });

  it('lets a user rejected by the old provider try again at the new one, which then decides', async () => {
    const { user, sessionId: old } = rejected;
    const attemptsBefore = Number((await gateway.status(user)).body['attempts_left']);
    const { status, body } = await gateway.start(user);
    expect({ status, provider: body['provider'] }).toEqual({ status: 201, provider: to });
    const sessionId = String(body['session_id']);
    expect(sessionsOf(to, user)).toMatchObject([{ id: sessionId }]);

    await sandbox[from].decide(old, { outcome: 'approve' });
    expect((await gateway.status(user)).body).toMatchObject({
      kyc_status: 'pending',
      kyc_provider: to,
      attempts_left: attemptsBefore - 1,
    });

    await sandbox[to].decide(sessionId, { outcome: 'approve' });
    expect(await gateway.userRow(user)).toMatchObject({
      kyc_status: 'verified',
      kyc_provider: to,
      kyc_session_id: sessionId,
    });
  });

  it('lets the old provider decide all sessions that were in progress', async () => {
    const verdicts = inFlight.map((_, index) => (index % 2 === 0 ? 'approve' : 'decline'));
    const deliveries = await inGroups(inFlight, ({ sessionId }, index) =>
      sandbox[from].decide(sessionId, { outcome: verdicts[index] ?? 'decline' }),
    );

    const attempts = deliveries.flat().map((delivery) => delivery.attempts.map(({ status }) => status));
    expect(attempts).toEqual(inFlight.map(() => [200]));
    const rows = await inGroups(inFlight, ({ user }) => gateway.userRow(user));
    for (const [index, { sessionId }] of inFlight.entries()) {
      expect(rows[index]).toMatchObject({
        kyc_status: verdicts[index] === 'approve' ? 'verified' : 'rejected',
        kyc_provider: from,
        kyc_session_id: sessionId,
      });
    }
    const [mails] = await gateway.database.query(
      `SELECT count(*)::int AS jobs, count(DISTINCT data ->> 'userId')::int AS users FROM kyc_jobs.job
       WHERE name = 'notification' AND data ->> 'userId' = ANY($1)`,
      [inFlight.map(({ user }) => user.id)],
    );
    expect(mails).toEqual({ jobs: IN_FLIGHT, users: IN_FLIGHT });
  });
});

function wayOf(index: number): (typeof WAYS)[number] {
  return WAYS[index % WAYS.length] ?? WAYS[0];
}

/** Runs twenty at a time. More only wait for each other. */
async function inGroups<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += 20) {
    const group = items.slice(from, from + 20);
    results.push(...(await Promise.all(group.map((item, index) => work(item, from + index)))));
  }
  return results;
}
