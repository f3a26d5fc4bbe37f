import { randomUUID } from 'node:crypto';
import { Client } from 'pg';
import { type Sandbox, type SignedWebhook, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { ALERTS } from '../support/alerts.ts';
import { eventually } from '../support/eventually.ts';
import { type User, WEBHOOK_PATH } from '../support/gateway.ts';
import { parseExpression, parseScrape, type Scrape } from '../support/promql.ts';
import { type Replica, startReplica } from '../support/replica.ts';
import { createSecretFolder, type SecretFolder } from '../support/secret-folder.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { replicaEnvironment } from './fleet.ts';

const STEADY_USERS = 30;
const POOL_SIZE = 4;
/** A delivery that finds the table locked gets its 503 after five seconds. */
const PATIENCE_MS = 60_000;

let sandbox: Sandbox;
let own: TestDatabase;
let database: Client;
let secrets: SecretFolder;
let replica: Replica;

beforeEach(async () => {
  sandbox = await startSandbox({ retryDelaysMs: [] });
  own = await createTestDatabase();
  database = new Client(own.ownerUrl);
  await database.connect();
  const { SMTP_URL = '', ...environment } = replicaEnvironment(sandbox, own.url);
  secrets = await createSecretFolder({ SMTP_URL });
  replica = await startReplica({
    ...environment,
    SMTP_URL_FILE: secrets.pathOf('SMTP_URL'),
    DATABASE_POOL_SIZE: String(POOL_SIZE),
  });
  await replica.ready();
  sandbox.deliverTo(replica.url + WEBHOOK_PATH);
});
afterEach(async () => {
  await replica.kill();
  await secrets.dispose();
  await database.end();
  await sandbox.close();
  await own.drop();
});

/** A scrape of a replica that does not run has no series. */
const scrape = async (): Promise<Scrape> => {
  const text = await fetch(`${replica.url}/metrics`).then(
    (response) => response.text(),
    () => '',
  );
  return parseScrape(text);
};
const call = (user: User, method: string, path: string) =>
  fetch(replica.url + path, { method, headers: { authorization: `Bearer ${user.token}` } });
const start = (user: User) => call(user, 'POST', '/api/kyc/start-verification');
const post = ({ headers, body }: SignedWebhook) =>
  fetch(replica.url + WEBHOOK_PATH, { method: 'POST', headers, body: new Uint8Array(body) });

async function createUser(): Promise<User> {
  const id = randomUUID();
  const email = `${id.slice(0, 8)}@users.example.com`;
  await database.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, email]);
  return { id, email, token: await sandbox.issuer.tokenFor({ sub: id, email }) };
}

async function openSession(): Promise<{ user: User; sessionId: string }> {
  const user = await createUser();
  const { session_id: sessionId } = (await (await start(user)).json()) as { session_id: string };
  return { user, sessionId };
}

async function approve(sessionId: string): Promise<void> {
  await sandbox.persona.decide(sessionId, { outcome: 'approve' });
}

/** Holds the lock while `work` runs. */
async function locked(table: string, work: () => Promise<unknown>): Promise<void> {
  const holder = new Client(own.ownerUrl);
  await holder.connect();
  try {
    await holder.query('BEGIN');
    await holder.query(`LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE`);
    await work();
  } finally {
    await holder.end();
  }
}

/** Waits for the first failure of a job of the queue. */
async function ageRetriedJobs(queue: string): Promise<void> {
  await eventually(async () => {
    const aged = await database.query(
      `UPDATE kyc_jobs.job SET created_on = now() - interval '40 minutes' WHERE name = $1 AND state = 'retry'`,
      [queue],
    );
    return aged.rowCount === 0 ? undefined : true;
  });
}

async function isTrue(alert: string, before: Scrape): Promise<true | undefined> {
  const { expr = '' } = ALERTS.find((one) => one.alert === alert) ?? {};
  return parseExpression(expr).evaluate(before, await scrape()).length > 0 ? true : undefined;
}

/** A cause of each alert. `becomesTrue` resolves when the condition is true, for a cause that does not last. */
const CAUSES: Readonly<Record<string, (becomesTrue: () => Promise<unknown>) => Promise<unknown>>> = {
  KycGatewayDown: () => replica.kill(),
  KycWebhooksNotStored: async () => {
    const { sessionId } = await openSession();
    await locked('kyc_events', () => post(sandbox.persona.webhookFor(sessionId, { outcome: 'approve' })));
  },
  KycSignaturesInvalid: async () => {
    const { sessionId } = await openSession();
    const { headers } = sandbox.persona.webhookFor(sessionId, { outcome: 'approve' });
    await post({ headers, body: Buffer.from('{}') });
  },
  KycEventsUnknown: async () => {
    const body = Buffer.from('{"data":"in a new format"}');
    await post({ headers: { 'content-type': 'application/json', ...sandbox.persona.sign(body) }, body });
  },
  KycProviderDown: async () => {
    sandbox.persona.setMode('down');
    for (let count = 0; count < 5; count += 1) await start(await createUser());
  },
  KycProviderRefusesStarts: async () => {
    sandbox.persona.misbehave({ status: 403 });
    await start(await createUser());
  },
  KycProviderClockDeviates: async () => {
    const date = new Date(Date.now() - 60_000).toUTCString();
    sandbox.persona.misbehave({ headers: { date } });
    await start(await createUser());
  },
  KycNotificationsLate: async () => {
    sandbox.mailbox.refuseNext(1_000);
    await approve((await openSession()).sessionId);
    await ageRetriedJobs('notification');
  },
  KycLookupsLate: async () => {
    sandbox.onfido.misbehave({ status: 500 });
    const object = { id: randomUUID(), status: 'complete', completed_at_iso8601: new Date().toISOString() };
    const payload = { resource_type: 'check', action: 'check.completed', object };
    const body = Buffer.from(JSON.stringify({ payload }));
    await post({ headers: { 'content-type': 'application/json', ...sandbox.onfido.sign(body) }, body });
    await ageRetriedJobs('provider-lookup');
  },
  KycJobsParked: async () => {
    const { user, sessionId } = await openSession();
    sandbox.mailbox.refuseRecipient(user.email);
    await approve(sessionId);
  },
  KycErasuresOverdue: () =>
    database.query(
      `INSERT INTO kyc_erasures (request_id, user_id, place, provider_session_id, requested_at, requested_by)
       VALUES (gen_random_uuid(), gen_random_uuid(), 'persona', 'inq_1', now() - interval '31 days', 'user')`,
    ),
  KycConnectionsExhausted: async (becomesTrue) => {
    const users = await Promise.all(Array.from({ length: POOL_SIZE * 3 }, createUser));
    await locked('users', async () => {
      const isOver = new AbortController();
      // Each start needs a connection of its own, and reads share one.
      const starting = users.map(async (user) => {
        while (!isOver.signal.aborted) await start(user);
      });
      await becomesTrue().finally(() => isOver.abort());
      await Promise.all(starting);
    });
  },
  KycSecretRejected: async () => {
    await secrets.set('SMTP_URL', 'not a URL');
    process.kill(replica.pid, 'SIGHUP');
  },
};

describe('The condition of the alert', () => {
  it('has a cause here', () => {
    expect(Object.keys(CAUSES)).toEqual(ALERTS.map(({ alert }) => alert));
  });

  it.each(Object.keys(CAUSES))('%s becomes true when its cause occurs', async (alert) => {
    const before = await scrape();
    expect(await isTrue(alert, before)).toBeUndefined();
    const becomesTrue = () => eventually(() => isTrue(alert, before), PATIENCE_MS);
    await CAUSES[alert]?.(becomesTrue);
    if (alert !== 'KycConnectionsExhausted') await becomesTrue();
  });
});

describe('Under steady traffic', () => {
  it('no condition of an alert is true', async () => {
    const before = await scrape();
    const emails: string[] = [];
    for (let count = 0; count < STEADY_USERS; count += 1) {
      const { user, sessionId } = await openSession();
      await approve(sessionId);
      emails.push(user.email);
    }
    await sandbox.mailbox.waitFor(() => {
      const reached = new Set(sandbox.mailbox.messages().flatMap(({ to }) => to));
      return emails.every((email) => reached.has(email));
    }, PATIENCE_MS);
    const now = await scrape();
    const fired = ALERTS.filter(({ expr }) => parseExpression(expr).evaluate(before, now).length > 0);
    expect(fired.map(({ alert }) => alert)).toEqual([]);
    const deliveries = 'sum(increase(kyc_webhook_deliveries_total{result="accepted"}[5m])) > 29';
    expect(parseExpression(deliveries).evaluate(before, now)).toHaveLength(1);
  });
});
