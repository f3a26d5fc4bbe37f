import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { Writable } from 'node:stream';
import { Pool } from 'pg';
import { DataSource } from 'typeorm';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { type ProviderName, type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { ReconciliationService } from '../../src/kyc/reconciliation/reconciliation.service.ts';
import { RetentionService } from '../../src/kyc/retention/retention.service.ts';
import { createTestDatabase } from '../support/test-database.ts';
import { installModelClock, type ModelClock, realNow } from './model-clock.ts';
import { type Replica, type ReplicaProcess, startReplica, startReplicaProcess } from './replicas.ts';
import type { Settings } from './steps.ts';
import { HARNESSES } from '../contracts/harnesses.ts';

/** The application on its database, with one replica per value of KYC_PROVIDER. Many histories use it in turn. */
export interface ModelSystem {
  settings: Settings;
  clock: ModelClock;
  /** Whether other processes keep this one from running, so that times mean nothing. Since the last call. */
  wasStarved(): boolean;
  sandbox: Sandbox;
  /** Connects as the owner of the tables. */
  database: Pool;
  operatorToken: string;
  replicas: Readonly<Record<ProviderName, Replica>>;
  /** The periodic job, as a worker runs it. */
  reconcileDue(): Promise<void>;
  purge(): Promise<void>;
  /** Resolves when no job is left that can run now. */
  settle(): Promise<void>;
  /** Makes the retries of all jobs due, and resolves when they have run. */
  runRetries(): Promise<void>;
  hasWaitingJobs(): Promise<boolean>;
  /** Ends a replica as a killed process ends, and starts another one in its place. */
  crash(provider: ProviderName): Promise<void>;
  /** Starts another replica in a process of its own. */
  startProcess(provider: ProviderName): Promise<ReplicaProcess>;
  /** Makes the jobs due that a dead replica was working on, as pg-boss does after a while. */
  returnJobsOfDeadReplicas(): Promise<void>;
  /** Resolves when a statement waits for a lock, or when none does for a while. */
  untilLockIsAwaited(): Promise<void>;
  /** Deletes every row, so that the next history begins with an empty database. */
  wipe(): Promise<void>;
  logs(): string;
  close(): Promise<void>;
}

const WORKED = `('notification', 'provider-lookup', 'erasure')`;
/** As pg-boss derives it from the name of its schema. */
const CHANNEL = `'pgboss_' || left(encode(sha224('kyc_jobs'::bytea), 'hex'), 24)`;
const PATIENCE_MS = 20_000;
const STARVED_NS = 250_000_000;
/** A job that stays active for longer is one of a dead replica. */
const ORPHAN_MS = 1_000;
const TEN_YEARS_S = 20 * 365 * 24 * 3600;

export async function startSystem(settings: Settings): Promise<ModelSystem> {
  const clock = installModelClock();
  const delays = monitorEventLoopDelay();
  delays.enable();
  const lines: string[] = [];
  const log = new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      if (lines.length > 400) lines.splice(0, 200);
      done();
    },
  });
  // Each replica that replaces a dead one listens too.
  log.setMaxListeners(0);
  const sandbox = await startSandbox({ retryDelaysMs: [] });
  for (const { erasure } of HARNESSES) erasure.allow(sandbox);
  const { url, ownerUrl, drop } = await createTestDatabase();
  const database = new Pool({ connectionString: ownerUrl, max: 3 });
  // Connections end with the database.
  database.on('error', () => undefined);
  // The model runs the recurring jobs. Retries wait until the model makes them due.
  await database.query(`DELETE FROM kyc_jobs.schedule; UPDATE kyc_jobs.queue SET retry_delay = 86400`);
  const replicas = {} as Record<ProviderName, Replica>;
  for (const name of PROVIDER_NAMES) replicas[name] = await startReplica(environmentOf(name), log);

  function environmentOf(provider: ProviderName): Record<string, string> {
    const others = PROVIDER_NAMES.filter((name) => name !== provider);
    return {
      ...sandbox.environment,
      NODE_ENV: 'test',
      LOG_LEVEL: 'warn',
      DATABASE_URL: url,
      DATABASE_POOL_SIZE: '4',
      DATABASE_MIGRATE: 'false',
      KYC_PROVIDER: provider,
      KYC_FALLBACK_PROVIDERS: settings.hasFallbacks ? others.join(',') : '',
      KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
      KYC_MAX_ATTEMPTS: String(settings.maxAttempts),
      KYC_ERASURE_KEEPS_DECISION: String(settings.keepsDecision),
      RATE_LIMIT_START_USER: '1000/1',
      RATE_LIMIT_START_ADDRESS: '100000/1',
    };
  }

  async function settle(): Promise<void> {
    const deadline = realNow() + PATIENCE_MS;
    for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, 16)) {
      const { rows } = await database.query(
        `SELECT name, state, output FROM kyc_jobs.job WHERE name IN ${WORKED}
         AND (state = 'active' OR (state IN ('created', 'retry') AND start_after <= now()))`,
      );
      if (rows.length === 0) return;
      if (realNow() > deadline) throw new Error(`the jobs do not end: ${JSON.stringify(rows)}`);
      await pause(waitMs);
    }
  }

  async function runRetries(): Promise<void> {
    const { rowCount } = await database.query(
      // A postponed job is a new job.
      `UPDATE kyc_jobs.job SET start_after = now()
       WHERE name IN ${WORKED} AND (state = 'retry' OR (state = 'created' AND start_after > now()))`,
    );
    if (rowCount === 0) return;
    await database.query(
      `SELECT pg_notify(${CHANNEL}, name) FROM unnest(ARRAY['notification', 'provider-lookup', 'erasure']) name`,
    );
    await settle();
  }

  return {
    settings,
    clock,
    wasStarved() {
      const { max } = delays;
      delays.reset();
      return max > STARVED_NS;
    },
    sandbox,
    database,
    operatorToken: await sandbox.issuer.tokenFor(
      { sub: `operator-${randomUUID()}` },
      { scope: 'kyc:admin', expiresInSeconds: TEN_YEARS_S },
    ),
    replicas,
    reconcileDue: async () => {
      await replicas.persona.app.get(ReconciliationService).reconcile({ kind: 'due', now: clock.now() });
    },
    purge: async () => {
      await replicas.persona.app.get(RetentionService).purge(clock.now());
    },
    settle,
    runRetries,
    async hasWaitingJobs() {
      const { rowCount } = await database.query(
        `SELECT FROM kyc_jobs.job WHERE name IN ${WORKED} AND state IN ('created', 'retry')`,
      );
      return rowCount !== 0;
    },
    async crash(provider) {
      const { app: dying } = replicas[provider];
      (dying.getHttpServer() as Server).closeAllConnections();
      await dying.get(DataSource).destroy();
      void dying.close().catch(() => undefined);
      replicas[provider] = await startReplica(environmentOf(provider), log);
    },
    startProcess: (provider) => startReplicaProcess(environmentOf(provider), clock),
    async returnJobsOfDeadReplicas() {
      const deadline = realNow() + ORPHAN_MS;
      for (;;) {
        const { rowCount } = await database.query(
          `SELECT FROM kyc_jobs.job WHERE name IN ${WORKED} AND state = 'active'`,
        );
        if (rowCount === 0) return;
        if (realNow() > deadline) break;
        await pause(20);
      }
      await database.query(
        `UPDATE kyc_jobs.job SET state = 'retry' WHERE name IN ${WORKED} AND state = 'active'`,
      );
      await runRetries();
    },
    async untilLockIsAwaited() {
      const deadline = realNow() + 1_000;
      for (;;) {
        const { rowCount } = await database.query(
          `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`,
        );
        if (rowCount !== 0 || realNow() > deadline) return;
        await pause(5);
      }
    },
    async wipe() {
      await database.query(`
        BEGIN; SET LOCAL kyc.maintenance = 'on';
        DELETE FROM kyc_events; DELETE FROM users; DELETE FROM kyc_sessions; DELETE FROM kyc_erasures;
        DELETE FROM kyc_idempotency_keys; DELETE FROM kyc_rate_limits;
        DELETE FROM kyc_jobs.job WHERE name NOT LIKE '\\_\\_pgboss%';
        COMMIT`);
      sandbox.mailbox.clear();
    },
    logs: () => lines.join(''),
    async close() {
      await Promise.all(Object.values(replicas).map((replica) => replica.close()));
      await database.end();
      await sandbox.close();
      await drop();
    },
  };
}
