import { setTimeout as pause } from 'node:timers/promises';
import type { Decision, ProviderName, SignedWebhook } from '../../packages/sandbox/sandbox.ts';
import { type Answer, startGateway, type TestGateway, type User } from '../support/gateway.ts';

const HISTORY = ['start', 'submit', 'review', 'approve', 'decline'] as const;
const ORDERS = permutations([0, 1, 2, 3, 4]);

/** Two gateways with the same provider, database and sandbox. */
async function startReplicas(provider: ProviderName) {
  const environment = { RATE_LIMIT_START_USER: '1000/600', RATE_LIMIT_START_ADDRESS: '10000/600' };
  const first = await startGateway({ provider, environment });
  const { sandbox, databaseUrl } = first;
  const second = await startGateway({ provider, environment, sandbox, databaseUrl });
  return {
    first,
    replica: (index: number) => (index % 2 === 0 ? first : second),
    close: async () => {
      await second.close();
      await first.close();
    },
  };
}

type Replicas = Awaited<ReturnType<typeof startReplicas>>;

const sessionsOf = (gateway: TestGateway, user: User): Promise<Record<string, unknown>[]> =>
  gateway.database.query('SELECT * FROM kyc_sessions WHERE user_id = $1', [user.id]);

async function noticesTo(gateway: TestGateway, user: User): Promise<string[]> {
  const jobs: { subject: string }[] = await gateway.database.query(
    `SELECT data ->> 'subject' AS subject FROM kyc_jobs.job
     WHERE name = 'notification' AND data ->> 'userId' = $1 ORDER BY subject`,
    [user.id],
  );
  return jobs.map(({ subject }) => subject);
}

describe('Simultaneous starts at two replicas', () => {
  let replicas: Replicas;
  beforeAll(async () => {
    // Not Persona, because it allows at most 25 resumes per inquiry.
    replicas = await startReplicas('veriff');
  });
  afterAll(() => replicas.close());

  it('create one session for fifty starts, and each response leads to it', async () => {
    const { replica } = replicas;
    const user = await replica(0).createUser();
    const refusals: Answer[] = [];
    const led = await Promise.all(
      Array.from({ length: 50 }, async (_, index) => {
        for (;;) {
          const answer = await replica(index).start(user);
          if (answer.status !== 409) return answer;
          refusals.push(answer);
          await pause(Number(answer.headers.get('retry-after')) * 1_000);
        }
      }),
    );

    for (const { body } of refusals) expect(body['code']).toBe('kyc.start_in_progress');
    expect(led.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(led.filter(({ status }) => status === 200)).toHaveLength(49);
    expect(new Set(led.map(({ body }) => body['session_id'])).size).toBe(1);
    expect(await sessionsOf(replica(0), user)).toHaveLength(1);
    const opened = replica(0)
      .sandbox.veriff.sessions()
      .filter(({ reference }) => reference === user.id);
    expect(opened).toHaveLength(1);
  });
});

describe('Events that arrive at two replicas', () => {
  let replicas: Replicas;
  let first: TestGateway;
  const replica = (index: number) => replicas.replica(index);
  beforeAll(async () => {
    replicas = await startReplicas('persona');
    ({ first } = replicas);
  });
  afterAll(() => replicas.close());

  it('cause one change and one mail if they are fifty copies of one event', async () => {
    const { user, sessionId } = await first.openSession();
    const webhook = first.sandbox.persona.webhookFor(sessionId, { outcome: 'approve' });

    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => replica(index).deliver(webhook)),
    );

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
    expect(await first.userRow(user)).toMatchObject({ kyc_status: 'verified' });
    expect(await first.events(sessionId)).toHaveLength(1);
    expect(await noticesTo(first, user)).toEqual(['verified']);
    const isHis = (mail: { to: string[] }) => mail.to.includes(user.email);
    await first.sandbox.mailbox.waitFor(isHis);
    expect(first.sandbox.mailbox.messages().filter(isHis)).toHaveLength(1);
  });

  describe('in every possible order', () => {
    let users: User[];

    beforeAll(async () => {
      const opened = await Promise.all(ORDERS.map(() => first.openSession()));
      users = opened.map(({ user }) => user);
      const deliveries = opened.flatMap(({ sessionId }, number) => {
        const history = HISTORY.map((outcome, hour) =>
          first.sandbox.persona.webhookFor(sessionId, { outcome } as Decision, {
            at: new Date(Date.UTC(2026, 2, 4, hour)),
          }),
        );
        return (ORDERS[number] ?? []).map((event, index) => [history[event], number + index] as const);
      });
      // Sends all deliveries of a user at once, and those of a few users at a time.
      for (let from = 0; from < deliveries.length; from += 50) {
        const answers = await Promise.all(
          deliveries
            .slice(from, from + 50)
            .map(([webhook, index]) => replica(index).deliver(webhook as SignedWebhook)),
        );
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
      }
    });

    it('lead to the same row in every order of arrival', async () => {
      const [user, ...otherUsers] = await Promise.all(
        users.map(async (each) => {
          const { kyc_status, kyc_provider, kyc_rejection_reason } = await first.userRow(each);
          return { kyc_status, kyc_provider, kyc_rejection_reason };
        }),
      );
      expect(user).toEqual({
        kyc_status: 'rejected',
        kyc_provider: 'persona',
        kyc_rejection_reason: 'other',
      });
      for (const other of otherUsers) expect(other).toEqual(user);
      const [session, ...otherSessions] = await Promise.all(
        users.map(async (each) => {
          const [row = {}] = await sessionsOf(first, each);
          return withoutIdsAndReceipt(row);
        }),
      );
      expect(session).toMatchObject({
        phase: 'declined',
        reason: 'other',
        phase_since: new Date(Date.UTC(2026, 2, 4, 4)),
        resume_token: null,
      });
      for (const other of otherSessions) expect(other).toEqual(session);
    });

    it('notify each user of the decline last and of nothing twice', async () => {
      // An approval can be withdrawn only after it was sent, so the set of mails shows the order of the commits.
      for (const user of users) {
        expect([['rejected'], ['approval_withdrawn', 'verified']]).toContainEqual(
          await noticesTo(first, user),
        );
      }
    });
  });
});

/** The columns that do not depend on ids or on the time of receipt. */
function withoutIdsAndReceipt(row: Record<string, unknown>): Record<string, unknown> {
  const times = ['opened_at', 'expires_at', 'ended_at', 'changed_at'];
  // The mail worker can write these columns at any time.
  const ofMails = ['told', 'told_by', 'telling_until'];
  const own = ['id', 'user_id', 'provider_session_id', ...times, ...ofMails];
  return Object.fromEntries(Object.entries(row).filter(([column]) => !own.includes(column)));
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}
