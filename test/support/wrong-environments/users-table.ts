import type { WrongEnvironment } from './wrong-environment.ts';

export const WRONG_USERS_TABLE: WrongEnvironment[] = [
  {
    title: 'a users table that is in no schema of the search path',
    async build({ asOwner }) {
      await asOwner('CREATE SCHEMA app', 'ALTER TABLE users SET SCHEMA app');
      return {};
    },
    check: 'users table',
    remedy: /users does not exist\. Tables with a similar name: app\.users\. .*Set USERS_TABLE/,
  },
  {
    title: 'a column for mail addresses that does not exist',
    build: () => ({ USERS_EMAIL_COLUMN: 'mail' }),
    check: 'users table',
    remedy: /no column mail\. .*Set USERS_ID_COLUMN and USERS_EMAIL_COLUMN\. The columns are id, email/,
  },
  {
    title: 'another users table than the migrations ran for',
    async build({ asOwner }) {
      await asOwner('CREATE TABLE people (id uuid PRIMARY KEY, email text)');
      return { USERS_TABLE: 'people' };
    },
    check: 'users table',
    remedy: /Restore USERS_TABLE and USERS_ID_COLUMN/,
  },
  {
    title: 'a view in place of the users table, before the first migration',
    isEmpty: true,
    async build({ asOwner }) {
      await asOwner('CREATE VIEW users AS SELECT 1 AS id, NULL AS email');
      return { DATABASE_MIGRATE: 'true' };
    },
    check: 'users table',
    remedy: /users is a view, and the gateway needs a table\. Set USERS_TABLE/,
  },
  {
    title: 'a users table with a key of two columns, before the first migration',
    isEmpty: true,
    async build({ asOwner }) {
      await asOwner('CREATE TABLE users (tenant int, id int, email text, PRIMARY KEY (tenant, id))');
      return { DATABASE_MIGRATE: 'true' };
    },
    check: 'users table',
    remedy: /must be unique by itself.*Set USERS_ID_COLUMN to a unique column/,
  },
  {
    title: 'a column kyc_status that is too short, before the first migration',
    isEmpty: true,
    async build({ asOwner }) {
      await asOwner('CREATE TABLE users (id int PRIMARY KEY, email text, kyc_status varchar(4) NOT NULL)');
      return { DATABASE_MIGRATE: 'true' };
    },
    check: 'users table',
    remedy: /It must be varchar\(20\) or text/,
  },
  {
    title: 'another column that a user created from a token would lack',
    async build({ asOwner }) {
      await asOwner(
        `ALTER TABLE users ADD COLUMN locale text NOT NULL DEFAULT 'en', ADD COLUMN number int GENERATED ALWAYS AS IDENTITY,
           ADD COLUMN country text NOT NULL`,
      );
      return { USERS_FROM_TOKEN: 'true' };
    },
    check: 'USERS_FROM_TOKEN',
    remedy: /does not fill: country\. Give each a default, or set USERS_FROM_TOKEN=false/,
  },
  {
    title: 'another required column that a trigger may fill for a user created from a token',
    async build({ asOwner }) {
      await asOwner(
        'ALTER TABLE users ADD COLUMN country text NOT NULL',
        `CREATE FUNCTION fill() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.country := 'XX'; RETURN NEW; END $$`,
        'CREATE TRIGGER fill BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION fill()',
      );
      return { USERS_FROM_TOKEN: 'true' };
    },
    check: 'USERS_FROM_TOKEN',
    result: 'warning',
    remedy: /does not fill: country\. .*If a trigger of the table fills them/,
  },
  {
    title: 'a token column without a unique index',
    async build({ asOwner, role }) {
      await asOwner(
        'ALTER TABLE users ADD COLUMN auth_id text',
        `GRANT SELECT (auth_id) ON users TO ${role}`,
      );
      return { USERS_TOKEN_COLUMN: 'auth_id' };
    },
    check: 'USERS_TOKEN_COLUMN',
    remedy: /must name a column with a unique index of its own/,
  },
];
