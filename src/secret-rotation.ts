import { setTimeout as pause } from 'node:timers/promises';
import { type INestApplicationContext, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { reasonOf } from './common/reason-of.ts';
import type { GatewayConfig } from './config/gateway.config.ts';
import type { FileChange, SecretFiles, Verdict } from './config/secret-files.ts';
import { Secrets } from './config/secrets.ts';
import { findProblemOfLogin, leadsToSameDatabase } from './database/login.ts';
import { Metrics } from './metrics/metrics.ts';

const CHECK_EVERY_MS = 5_000;

/**
 * Reads the secret files again every few seconds and at SIGHUP, and puts new contents into use. Reading finds every kind
 * of change, also the exchange of a folder's link, with which Kubernetes updates a secret.
 */
export function rotateSecrets(app: INestApplicationContext, files: SecretFiles): void {
  const logger = new Logger('Secrets');
  const secrets = app.get(Secrets);
  const metrics = app.get(Metrics);

  function report(change: FileChange): void {
    const { variable } = change;
    metrics.secretChanged(variable, change.result);
    if (change.result === 'rotated') logger.log({ event: 'secret.rotated', variable });
    else if (change.result === 'needs_restart') logger.warn({ event: 'secret.needs_restart', variable });
    else logger.error({ event: 'secret.rejected', variable, reason: change.reason });
  }

  /** The password in the database may change after the file. The next check tries the connection again. */
  async function judge(next: GatewayConfig): Promise<Verdict> {
    const { url } = secrets.current.database;
    if (next.database.url === url) return { result: 'rotated' };
    if (!leadsToSameDatabase(url, next.database.url)) return { result: 'needs_restart' };
    const problem = await findProblemOfLogin(next, app.get(DataSource));
    if (problem === null) return { result: 'rotated' };
    return { result: 'rejected', reason: `the new login of DATABASE_URL cannot be used: ${problem}` };
  }

  async function check(): Promise<void> {
    const changes = await files.check(judge, (config) => secrets.replace(config));
    changes.forEach(report);
  }

  function reportFailure(error: unknown): void {
    logger.error({ event: 'secret.check_failed', reason: reasonOf(error) });
  }

  let checking = Promise.resolve();
  /** Checks follow each other, because two at the same time would report a change twice. */
  const checkNext = () => (checking = checking.then(check).catch(reportFailure));
  process.on('SIGHUP', () => {
    logger.log({ event: 'process.sighup', files: files.variables.length });
    void checkNext();
  });
  files.variables.forEach((variable) => metrics.addSecretFile(variable));
  if (files.variables.length > 0) void checkRegularly(checkNext);
}

async function checkRegularly(check: () => Promise<void>): Promise<never> {
  for (;;) {
    await pause(CHECK_EVERY_MS, undefined, { ref: false });
    await check();
  }
}
