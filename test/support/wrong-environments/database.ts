import { openPooler } from '../pooler.ts';
import type { WrongEnvironment } from './wrong-environment.ts';

const PENDING = `DELETE FROM kyc_migrations WHERE id = (SELECT max(id) FROM kyc_migrations)`;

export const WRONG_DATABASE: WrongEnvironment[] = [
  {
    title: 'a database that cannot be reached',
    build: () => ({ DATABASE_URL: 'postgres://kyc:s3cret@127.0.0.1:1/kyc' }),
    check: 'database',
    remedy: /ECONNREFUSED 127\.0\.0\.1:1\. Check that PostgreSQL is running/,
  },
  {
    title: 'a wrong password',
    build: ({ database }) => ({ DATABASE_URL: database.url.replace(/:[^:@]+@/, ':s3cret@') }),
    check: 'database',
    remedy: /Check the user and the password in DATABASE_URL/,
  },
  {
    title: 'a database that does not exist',
    build: ({ database }) => ({ DATABASE_URL: database.url.replace(/[^/]+$/, 'nowhere') }),
    check: 'database',
    remedy: /Create the database, or correct its name/,
  },
  {
    title: 'a server that is read-only',
    async build({ asOwner, database }) {
      const name = new URL(database.url).pathname.slice(1);
      await asOwner(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
      return {};
    },
    check: 'database writes',
    remedy: /read-only.* Let DATABASE_URL lead to the primary/,
  },
  {
    title: 'a pooler in transaction mode',
    async build({ database, cleanUp }) {
      const pooler = await openPooler(database.url, 'transaction');
      cleanUp(() => pooler.close());
      return { DATABASE_URL: pooler.url };
    },
    check: 'database pooler',
    remedy: /pooler in transaction mode\. Connect directly, or use session mode/,
  },
  {
    title: 'a remote database without encryption',
    // This address leads to the same machine, but is not a loopback address.
    build: ({ database }) => ({ DATABASE_URL: database.url.replace('127.0.0.1', '0.0.0.0') }),
    check: 'database encryption',
    result: 'warning',
    remedy: /at 0\.0\.0\.0 is not encrypted\. Set sslmode=verify-full/,
  },
  {
    title: 'a migration that the operator must apply',
    async build({ asOwner }) {
      await asOwner(PENDING);
      return {};
    },
    check: 'migrations',
    remedy: /1 of the migrations is pending\. Run npm run migrate as the owner, and then docs\/roles\.sql/,
  },
  {
    title: 'a migration that the start applies',
    async build({ asOwner, database }) {
      await asOwner(PENDING);
      return { DATABASE_URL: database.ownerUrl, DATABASE_MIGRATE: 'true' };
    },
    check: 'migrations',
    result: 'warning',
    remedy: /The next start applies them/,
  },
  {
    title: 'a database of a newer version',
    async build({ asOwner }) {
      await asOwner(`INSERT INTO kyc_migrations (timestamp, name) VALUES (1, 'Newer1790000000000')`);
      return {};
    },
    check: 'migrations',
    result: 'warning',
    remedy: /newer version has migrated the database \(Newer1790000000000\)\. Use that version/,
  },
];
