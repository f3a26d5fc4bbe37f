import type { WrongEnvironment } from './wrong-environment.ts';

export const WRONG_RIGHTS: WrongEnvironment[] = [
  {
    title: 'a role that may not migrate although the start migrates',
    build: () => ({ DATABASE_MIGRATE: 'true' }),
    check: 'rights to migrate',
    remedy: /may not migrate\. .*set DATABASE_MIGRATE=false and migrate as the owner/,
  },
  {
    title: 'a role without rights to work',
    async build({ asOwner, role }) {
      await asOwner(
        `REVOKE INSERT ON kyc_events FROM ${role}`,
        `REVOKE SELECT (email), UPDATE (kyc_status) ON users FROM ${role}`,
        `REVOKE EXECUTE ON FUNCTION kyc_erase_user FROM ${role}`,
      );
      return {};
    },
    check: 'rights to work',
    remedy:
      /lacks rights: SELECT \(email\) on users, UPDATE \(kyc_status\) on users, EXECUTE on function kyc_erase_user, INSERT on kyc_events\. Run docs\/roles\.sql/,
  },
  {
    title: 'row-level security that hides all users',
    async build({ asOwner }) {
      await asOwner('ALTER TABLE users ENABLE ROW LEVEL SECURITY');
      return {};
    },
    check: 'row-level security',
    remedy:
      /users hides every row.*\(SELECT, UPDATE\)\. Run as the owner: CREATE POLICY kyc_gateway ON users/,
  },
  {
    title: 'row-level security that hides users from changes',
    async build({ asOwner }) {
      await asOwner(
        'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
        'CREATE POLICY readable ON users FOR SELECT USING (true)',
      );
      return {};
    },
    check: 'row-level security',
    remedy: /\(UPDATE\)\. Run as the owner: CREATE POLICY/,
  },
  {
    title: 'row-level security that can hide some users',
    async build({ asOwner }) {
      await asOwner(
        'ALTER TABLE users ENABLE ROW LEVEL SECURITY',
        `CREATE POLICY own ON users USING (email <> '')`,
      );
      return {};
    },
    check: 'row-level security',
    result: 'warning',
    remedy: /can hide rows.*run as the owner: CREATE POLICY/,
  },
  {
    title: 'row-level security of a table of the gateway',
    async build({ asOwner }) {
      await asOwner('ALTER TABLE kyc_sessions ENABLE ROW LEVEL SECURITY');
      return {};
    },
    check: 'row-level security',
    remedy: /CREATE POLICY kyc_gateway ON kyc_sessions/,
  },
  {
    title: 'row-level security that keeps counters from being deleted',
    async build({ asOwner }) {
      await asOwner(
        'ALTER TABLE kyc_rate_limits ENABLE ROW LEVEL SECURITY',
        ...['SELECT', 'UPDATE'].map(
          (command) => `CREATE POLICY p${command} ON kyc_rate_limits FOR ${command} USING (true)`,
        ),
        'CREATE POLICY new ON kyc_rate_limits FOR INSERT WITH CHECK (true)',
      );
      return {};
    },
    check: 'row-level security',
    remedy: /kyc_rate_limits hides every row.*\(DELETE\)\. Run as the owner: CREATE POLICY/,
  },
  {
    title: 'job tables that are missing',
    async build({ asOwner }) {
      await asOwner('DROP SCHEMA kyc_jobs CASCADE');
      return {};
    },
    check: 'job tables',
    remedy: /Run `npm run migrate -- up` first/,
  },
];
