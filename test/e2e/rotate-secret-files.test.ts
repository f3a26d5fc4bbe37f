import { randomBytes, randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { Client } from 'pg';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import { openEvents } from '../support/event-traffic.ts';
import { eventually } from '../support/eventually.ts';
import { WEBHOOK_PATH } from '../support/gateway.ts';
import { type MailLogin, openMailLogin } from '../support/mail-login.ts';
import { type Replica, startReplica } from '../support/replica.ts';
import { createSecretFolder, type SecretFolder } from '../support/secret-folder.ts';
import { createTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { replicaEnvironment } from '../chaos/fleet.ts';

const TIMEOUT_MS = 120_000;
const FILES = ['PERSONA_WEBHOOK_SECRETS', 'PERSONA_API_KEY', 'AUTH_JWT_SECRET', 'SMTP_URL', 'DATABASE_URL'];
const ROLE = `kyc_rotated_${randomBytes(4).toString('hex')}`;

const secret = () => `secret-${randomBytes(20).toString('hex')}`;
const databasePasswords = [secret(), secret()] as const;
const mailPasswords = [secret(), secret()] as const;
const tokenSecrets = [secret(), secret()] as const;

describe('A gateway under load whose secret files change', () => {
  let sandbox: Sandbox;
  let database: TestDatabase;
  let owner: Client;
  let mailServer: MailLogin;
  let folder: SecretFolder;
  let replica: Replica;
  let events: ReturnType<typeof openEvents>;
  let statuses: ReturnType<typeof openStatusRequests>;

  beforeAll(async () => {
    await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined });
    sandbox = await startSandbox();
    database = await createTestDatabase();
    owner = new Client(database.ownerUrl);
    await owner.connect();
    await owner.query(`CREATE ROLE ${ROLE} LOGIN SUPERUSER PASSWORD '${databasePasswords[0]}'`);
    mailServer = await openMailLogin(mailPasswords[0]);
    folder = await createSecretFolder({
      PERSONA_WEBHOOK_SECRETS: String(sandbox.environment['PERSONA_WEBHOOK_SECRETS']),
      PERSONA_API_KEY: String(sandbox.environment['PERSONA_API_KEY']),
      AUTH_JWT_SECRET: tokenSecrets[0],
      SMTP_URL: mailServer.urlWith(mailPasswords[0]),
      DATABASE_URL: databaseUrl(databasePasswords[0]),
    });
    const environment = replicaEnvironment(sandbox, database.url);
    for (const name of FILES) {
      delete environment[name];
      environment[`${name}_FILE`] = folder.pathOf(name);
    }
    replica = await startReplica({ ...environment, RATE_LIMIT_START_ADDRESS: '10000/600' });
    await replica.ready();
    sandbox.deliverTo(replica.url + WEBHOOK_PATH);
    const sessions = [await openSession(), await openSession(), await openSession()];
    events = openEvents(
      sandbox.persona,
      sessions.map(({ sessionId }) => sessionId),
    );
    statuses = openStatusRequests(replica, sessions[0]?.token ?? '');
  }, TIMEOUT_MS);
  afterAll(async () => {
    await Promise.allSettled([events.close(), statuses.close()]);
    await replica.kill();
    await Promise.all([sandbox.close(), mailServer.close(), folder.dispose(), owner.end()]);
    await database.drop();
    await dropRole();
  });

  function databaseUrl(password: string): string {
    const url = new URL(database.ownerUrl);
    url.username = ROLE;
    url.password = password;
    return url.href;
  }

  async function dropRole(): Promise<void> {
    const url = new URL(database.ownerUrl);
    url.pathname = '/postgres';
    const server = new Client(url.href);
    await server.connect();
    await server.query(`DROP ROLE ${ROLE}`).finally(() => server.end());
  }

  async function createUser() {
    const id = randomUUID();
    const email = `${id.slice(0, 8)}@users.example.com`;
    await owner.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, email]);
    return { id, email, token: await sandbox.issuer.tokenFor({ sub: id, email }) };
  }

  async function call(method: string, path: string, token: string) {
    const response = await fetch(replica.url + path, {
      method,
      headers: { authorization: `Bearer ${token}` },
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  const start = (token: string) => call('POST', '/api/kyc/start-verification', token);

  async function openSession() {
    const user = await createUser();
    const { body } = await start(user.token);
    return { ...user, sessionId: String(body['session_id']) };
  }

  const tokenOf = (sub: string, shared: string) =>
    new SignJWT()
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(sub)
      .setIssuer(sandbox.issuer.issuer)
      .setAudience(sandbox.issuer.audience)
      .setExpirationTime('10m')
      .sign(new TextEncoder().encode(shared));

  const linesOf = (event: string, variable: string) =>
    replica
      .log()
      .split('\n')
      .filter((line) => line.includes(`"event":"${event}","variable":"${variable}"`));

  /** Changes the file and waits until the gateway has logged it. */
  async function change(variable: string, content: string, event = 'secret.rotated'): Promise<void> {
    const before = linesOf(event, variable).length;
    await folder.set(variable, content);
    process.kill(replica.pid, 'SIGHUP');
    await eventually(async () => (linesOf(event, variable).length > before ? true : undefined));
    await Promise.all([events.flows(), statuses.flows()]);
  }

  it('accepts the new webhook secret, and rejects the old one when the file no longer has it', async () => {
    const { sessionId } = await openSession();
    const old = String(sandbox.environment['PERSONA_WEBHOOK_SECRETS']);
    const fresh = sandbox.persona.prepareSecret();
    await change('PERSONA_WEBHOOK_SECRETS', `${fresh},${old}`);
    sandbox.persona.rotateSecret();
    await change('PERSONA_WEBHOOK_SECRETS', fresh);

    const webhook = sandbox.persona.webhookFor(sessionId, { outcome: 'review' });
    const signedWith = async (headers: Record<string, string>) => {
      const init = { method: 'POST', headers: { ...webhook.headers, ...headers } };
      return (await fetch(replica.url + WEBHOOK_PATH, { ...init, body: webhook.body as BodyInit })).status;
    };
    expect(await signedWith(sandbox.persona.sign(webhook.body, { secret: old }))).toBe(401);
    expect(await signedWith({})).toBe(200);
  });

  it('calls the provider with the new API key', async () => {
    const key = String(sandbox.environment['PERSONA_API_KEY']);
    const statusWith = async (content: string) => {
      await change('PERSONA_API_KEY', content);
      return (await start((await createUser()).token)).status;
    };

    expect(await statusWith('persona_sandbox_of-another-account')).toBe(502);
    expect(await statusWith(key)).toBe(201);
  });

  it('accepts tokens of the new secret, and rejects those of the old one when the file no longer has it', async () => {
    const { id } = await createUser();
    const statusWith = async (shared: string) =>
      (await call('GET', '/api/kyc/status', await tokenOf(id, shared))).status;
    const [old, fresh] = tokenSecrets;
    const accepted = async () => [await statusWith(old), await statusWith(fresh)];

    expect(await accepted()).toEqual([200, 401]);
    await change('AUTH_JWT_SECRET', `${fresh},${old}`);
    expect(await accepted()).toEqual([200, 200]);
    await change('AUTH_JWT_SECRET', fresh);
    expect(await accepted()).toEqual([401, 200]);
  });

  it('sends mails with the new password of the mail server', async () => {
    const verify = async () => {
      const { email, sessionId } = await openSession();
      await sandbox.persona.decide(sessionId, { outcome: 'approve' });
      return mailServer.mailTo(email);
    };
    const [old, fresh] = mailPasswords;

    expect(await verify()).toBe(old);
    mailServer.requirePassword(fresh);
    await change('SMTP_URL', mailServer.urlWith(fresh));
    expect(await verify()).toBe(fresh);
  });

  it('keeps a password that the database rejects out of use, and uses it as soon as the database accepts it', async () => {
    const fresh = databasePasswords[1];
    await change('DATABASE_URL', databaseUrl(fresh), 'secret.rejected');
    expect(linesOf('secret.rotated', 'DATABASE_URL')).toHaveLength(0);

    await owner.query(`ALTER ROLE ${ROLE} PASSWORD '${fresh}'`);
    // No signal: the gateway tries again by itself.
    await eventually(async () => linesOf('secret.rotated', 'DATABASE_URL')[0]);
    await Promise.all([events.flows(), statuses.flows()]);
    expect(linesOf('secret.rejected', 'DATABASE_URL')).toHaveLength(1);
  });

  it('finds a new content without a signal', async () => {
    await folder.set('AUTH_JWT_SECRET', tokenSecrets.join());
    const { id } = await createUser();
    const isAccepted = async () => {
      const token = await tokenOf(id, tokenSecrets[0]);
      return (await call('GET', '/api/kyc/status', token)).status === 200 ? true : undefined;
    };
    await expect(eventually(isAccepted)).resolves.toBe(true);
  });

  it.each([
    ['is empty', () => folder.set('AUTH_JWT_SECRET', '\n')],
    ['is too short', () => folder.set('AUTH_JWT_SECRET', 'sh0rt')],
    ['is missing', () => folder.remove('AUTH_JWT_SECRET')],
  ])('keeps the last secret when a file %s, and logs one line without the value', async (_, spoil) => {
    const { id } = await createUser();
    const before = linesOf('secret.rejected', 'AUTH_JWT_SECRET').length;
    await spoil();
    process.kill(replica.pid, 'SIGHUP');
    const rejected = () => linesOf('secret.rejected', 'AUTH_JWT_SECRET').slice(before);
    await eventually(async () => rejected()[0]);
    process.kill(replica.pid, 'SIGHUP');
    await statuses.flows();

    expect(rejected()).toEqual([expect.stringContaining('"level":50')]);
    expect(await call('GET', '/api/kyc/status', await tokenOf(id, tokenSecrets[1]))).toMatchObject({
      status: 200,
    });
    await change('AUTH_JWT_SECRET', `${secret()},${tokenSecrets[1]}`);
  });

  it('counts the changes by variable', async () => {
    const metrics = await (await fetch(`${replica.url}/metrics`)).text();
    for (const variable of FILES) {
      expect(metrics).toMatch(
        new RegExp(`kyc_secret_changes_total{variable="${variable}",result="rotated"} [1-9]`),
      );
    }
    expect(metrics).toContain('kyc_secret_changes_total{variable="DATABASE_URL",result="rejected"} 1');
    expect(metrics).toContain('kyc_secret_changes_total{variable="SMTP_URL",result="rejected"} 0');
  });

  it('loses no request and no webhook, and logs no secret', async () => {
    await events.close();
    const failed = (await statuses.close()).filter((status) => status !== 200);
    const attempts = sandbox.persona
      .deliveries()
      .flatMap((delivery) => delivery.attempts.map(({ status }) => status));

    expect(failed).toEqual([]);
    expect(attempts.length).toBeGreaterThan(100);
    expect(attempts.filter((status) => status !== 200)).toEqual([]);
    for (const value of [...databasePasswords, ...mailPasswords, ...tokenSecrets, 'sh0rt']) {
      expect(replica.log()).not.toContain(value);
    }
  });

  it('opens new connections with the new password of the database', async () => {
    await owner.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = $1', [ROLE]);
    const { token } = await createUser();
    const isServed = async () => (await start(token).catch(() => undefined))?.status === 201 || undefined;
    await expect(eventually(isServed)).resolves.toBe(true);
    await expect(mailAfterApproval()).resolves.toBe(mailPasswords[1]);
    // The listeners of the status feed and of the jobs.
    const listeners = async () =>
      owner.query(
        `SELECT FROM pg_stat_activity WHERE usename = $1 AND query ~ '^LISTEN|pg_listening_channels|^SELECT 1$'`,
        [ROLE],
      );
    const isListening = async () => ((await listeners()).rowCount === 2 ? true : undefined);
    await expect(eventually(isListening)).resolves.toBe(true);
  });

  /** A job sends the mail, so this needs the connections of the queue too. */
  async function mailAfterApproval(): Promise<string> {
    const { email, sessionId } = await openSession();
    await sandbox.persona.decide(sessionId, { outcome: 'approve' });
    return mailServer.mailTo(email);
  }
});

/** Asks for the status of one user without a pause until it is closed. */
function openStatusRequests({ url }: Replica, token: string) {
  const statuses: number[] = [];
  const state = { isOver: false };
  const running = (async () => {
    while (!state.isOver) {
      const headers = { authorization: `Bearer ${token}` };
      const response = await fetch(`${url}/api/kyc/status`, { headers });
      await response.arrayBuffer();
      statuses.push(response.status);
    }
  })();
  return {
    /** Waits until several more requests are answered. */
    async flows(): Promise<void> {
      const enough = statuses.length + 20;
      await eventually(async () => (statuses.length >= enough ? true : undefined));
    },
    /** Returns the statuses of all responses. */
    async close(): Promise<number[]> {
      state.isOver = true;
      await running;
      return statuses;
    },
  };
}
