import { connect, type Socket } from 'node:net';
import { buildWhenNeeded } from '../../scripts/build-when-needed.mjs';
import type { MailHold } from '../../packages/sandbox/sandbox.ts';
import { replicaEnvironment } from '../chaos/fleet.ts';
import { openTestSystem, type TestSystem } from '../chaos/test-system.ts';
import { eventually } from '../support/eventually.ts';
import { type User, WEBHOOK_PATH } from '../support/gateway.ts';
import { type Replica, startReplica } from '../support/replica.ts';

const TIMEOUT_MS = 120_000;
/** The usual grace period of orchestrators before SIGKILL. */
const GRANTED_MS = 10_000;

const cleanUps: (() => Promise<void> | void)[] = [];

describe('A gateway that receives SIGTERM', () => {
  /** This takes ten seconds and runs in parallel with the other tests. */
  let stuck: Promise<Awaited<ReturnType<typeof stopWhatIsStuck>>>;

  beforeAll(async () => {
    await buildWhenNeeded({ isFreshRequired: true, onBuilding: () => undefined });
    stuck = stopWhatIsStuck();
    // The tests that await it report the error.
    stuck.catch(() => undefined);
  }, TIMEOUT_MS);
  afterAll(async () => {
    for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
  });

  describe('with a delivery, a mail and a stream in progress', () => {
    let work: Awaited<ReturnType<typeof stopAtWork>>;
    beforeAll(async () => {
      work = await stopAtWork();
    }, TIMEOUT_MS);

    it('accepts no new connection', () => {
      expect(work.isRefusing).toBe(true);
    });

    it('responds to the pending delivery after its commit', async () => {
      expect(work.deliveries).toMatchObject([{ attempts: [{ status: 200 }] }]);
      const entered = `SELECT outcome FROM kyc_events WHERE provider_session_id = $1`;
      expect(await work.system.query(entered, [work.delivered.sessionId])).toEqual([{ outcome: 'approved' }]);
    });

    it('sends the pending mail once', async () => {
      expect(mailsTo(work.system, work.mailed)).toHaveLength(1);
      expect(await jobsOf(work.system, work.mailed)).toEqual([{ state: 'completed' }]);
    });

    it('ends an open status stream as a complete response', () => {
      expect(work.stream).toMatch(/^event: status\n.*\n\n$/s);
    });

    it('exits with 0 and leaves no database connection', async () => {
      expect(work.code).toBe(0);
      await expect(work.system.connectionsGone()).resolves.toBeUndefined();
    });
  });

  it(
    'exits immediately at a second signal that is not a duplicate of the first',
    async () => {
      const system = await open();
      const replica = await system.startReplica();
      await holdMail(system);

      process.kill(replica.pid, 'SIGINT');
      await refuses(replica);
      const askedAt = performance.now();
      const again = setInterval(() => process.kill(replica.pid, 'SIGINT'), 100);
      const code = await replica.ended.finally(() => clearInterval(again));

      expect(code).toBe(130);
      const took = performance.now() - askedAt;
      expect([took > 500, took < 4_000]).toEqual([true, true]);
    },
    TIMEOUT_MS,
  );

  it(
    'keeps serving for SHUTDOWN_DRAIN_SECONDS but is not ready, so that its load balancer notices',
    async () => {
      const system = await open();
      const user = await system.createUser();
      const replica = await startDraining(system, 2);

      const askedAt = performance.now();
      const stopping = replica.stop();
      const notReady = await eventually(async () => {
        const answer = await get(replica, '/health/ready');
        const body = (await answer.json()) as Record<string, unknown>;
        return answer.status === 200 ? undefined : { status: answer.status, code: body['code'] };
      });
      const noticedAfterMs = performance.now() - askedAt;
      const served: unknown[] = [];
      // The connection is refused, or reset by the kernel if it was opened just before the listener closed.
      const unserved = await eventually(async () => {
        const status = get(replica, '/api/kyc/status', user.token);
        const answer = await status.catch((error: { cause?: { code?: string } }) => error.cause?.code);
        if (!(answer instanceof Response)) return String(answer);
        await answer.text();
        served.push([answer.status, answer.headers.get('connection')]);
        return undefined;
      });
      const servedForMs = performance.now() - askedAt;

      expect(notReady).toEqual({ status: 503, code: 'service.not_ready' });
      expect(noticedAfterMs).toBeLessThan(1_000);
      expect(new Set(served.map(String))).toEqual(new Set(['200,close']));
      expect(unserved).toMatch(/^ECONN(REFUSED|RESET)$/);
      expect(servedForMs).toBeGreaterThan(1_900);
      expect(servedForMs).toBeLessThan(4_000);
      expect(await stopping).toBe(0);
    },
    TIMEOUT_MS,
  );

  describe('with clients, a provider and a mail server that stall', () => {
    it('exits with 0 within ten seconds although connections stall', async () => {
      const { code, tookMs, start } = await stuck;
      expect([code, start]).toEqual([0, 'cut off']);
      expect(tookMs).toBeLessThan(GRANTED_MS);
    });

    it('leaves unfinished work to the next gateway, which recovers the session and sends the mail once', async () => {
      const { system, first, mailed, starter, starting } = await stuck;
      await system.query(
        `UPDATE kyc_sessions SET next_read_at = now() - interval '1 s' WHERE phase = 'opening'`,
      );
      const { status, body } = await system.start(starter);
      await system.sandbox.mailbox.waitFor(({ to }) => to.includes(mailed.email), 15_000);

      expect([status, body['session_id']]).toEqual([201, starting]);
      expect(mailsTo(system, mailed)).toHaveLength(1);
      expect(first.log()).not.toContain('mail.sent');
    });
  });
});

/** Stops a gateway while its work is blocked, and unblocks the work afterwards. */
async function stopAtWork() {
  const system = await open();
  const replica = await system.startReplica();
  const { mail, user: mailed } = await holdMail(system);
  const streaming = await get(replica, '/api/kyc/status/stream', (await system.createUser()).token);
  const delivered = await system.openSession();
  const lock = await system.lock('SELECT FROM users WHERE id = $1 FOR UPDATE', [delivered.id]);
  const delivering = approve(system, delivered.sessionId);
  await system.waitingForLock('kyc-gateway');

  const stopping = replica.stop();
  const isRefusing = await refuses(replica);
  await system.waitingForLock('kyc-gateway');
  await lock.release();
  mail.release();
  const [deliveries, stream, code] = await Promise.all([delivering, streaming.text(), stopping]);
  return { system, isRefusing, delivered, deliveries, mailed, stream, code };
}

/** Stops a gateway whose work never finishes. Another gateway is ready when this resolves. */
async function stopWhatIsStuck() {
  const system = await open();
  const first = await system.startReplica();
  const { mail, user: mailed } = await holdMail(system);
  await dial(first);
  (await dial(first)).write(
    `POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: kyc\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"half":`,
  );
  system.provider.misbehave({ delayMs: 60_000 });
  const starter = await system.createUser();
  const start = system.start(starter).catch(() => 'cut off');
  const { id: starting } = await eventually(async () => system.provider.sessions()[1]);

  const askedAt = performance.now();
  const code = await first.stop();
  const tookMs = performance.now() - askedAt;
  await mail.abandoned;
  mail.release();
  system.provider.behave();
  await system.startReplica();
  return { system, first, code, tookMs, mailed, starter, starting, start: await start };
}

async function open(): Promise<TestSystem> {
  const system = await openTestSystem('persona');
  cleanUps.push(() => system.close());
  return system;
}

async function startDraining(system: TestSystem, seconds: number): Promise<Replica> {
  const replica = await startReplica({
    ...replicaEnvironment(system.sandbox, system.databaseUrl),
    SHUTDOWN_DRAIN_SECONDS: String(seconds),
  });
  cleanUps.push(() => replica.kill());
  await replica.ready();
  return replica;
}

/** Approves a user and resolves when the mail is being sent and the mail server holds it. */
async function holdMail(system: TestSystem): Promise<{ mail: MailHold; user: User }> {
  const user = await system.openSession();
  const mail = system.sandbox.mailbox.hold({ to: user.email, at: 'data' });
  await Promise.all([approve(system, user.sessionId), mail.reached]);
  return { mail, user };
}

function approve(system: TestSystem, sessionId: string) {
  return system.provider.decide(sessionId, { outcome: 'approve' });
}

function mailsTo(system: TestSystem, { email }: User) {
  return system.sandbox.mailbox.messages().filter(({ to }) => to.includes(email));
}

function jobsOf(system: TestSystem, { id }: User) {
  const statement = `SELECT state FROM kyc_jobs.job WHERE name = 'notification' AND data ->> 'userId' = $1`;
  return system.query(statement, [id]);
}

function get(replica: Replica, path: string, token = ''): Promise<Response> {
  return fetch(replica.url + path, { headers: { authorization: `Bearer ${token}` } });
}

/** Opens a socket for a client that sends less than fetch does. */
async function dial({ port }: Replica): Promise<Socket> {
  const socket = connect(port, '127.0.0.1');
  cleanUps.push(() => void socket.destroy());
  await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  return socket.on('error', () => undefined);
}

/**
 * Resolves when connections are refused. A connection opened just as the listener closes is reset and does not
 * count yet.
 */
function refuses(replica: Replica): Promise<true> {
  return eventually(() =>
    dial(replica).then(
      (socket) => void socket.destroy(),
      ({ code }: NodeJS.ErrnoException) => code === 'ECONNREFUSED' || undefined,
    ),
  );
}
