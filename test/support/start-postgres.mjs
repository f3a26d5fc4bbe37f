import { randomBytes } from 'node:crypto';
import { startPostgres } from '../../packages/sandbox/postgres/postgres.ts';

/**
 * Provides one PostgreSQL for the run: an embedded one, or the server in TEST_DATABASE_URL or DATABASE_URL. On a
 * given server the run creates its own databases and one role, and drops them at the end.
 */
export default async function startDatabase() {
  // Several projects of one run share it.
  if (globalThis.testDatabase !== undefined) return;
  const given = process.env.TEST_DATABASE_URL ?? process.env.DATABASE_URL;
  const embedded = given === undefined ? await startPostgres({ isDurable: false }) : undefined;
  globalThis.testDatabase = { embedded };
  process.env.KYC_TEST_SERVER = given ?? embedded.url;
  process.env.KYC_TEST_RUN = randomBytes(4).toString('hex');
  process.env.KYC_TEST_PASSWORD = randomBytes(16).toString('hex');
  process.stderr.write(`Database: ${given === undefined ? 'embedded PostgreSQL' : new URL(given).host}\n`);
}
