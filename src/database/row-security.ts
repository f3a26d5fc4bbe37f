import { UnfitDatabaseError } from './unfit-database-error.ts';
import { JOB_TABLE_COMMANDS, JOBS_SCHEMA, OWN_TABLE_COMMANDS } from './rights.ts';
import type { Connection } from './users-table-fit.ts';

interface SecuredTable {
  table: string;
  role: string;
  /** The commands that find no row at all, because no policy allows them. */
  forbidden: string[];
  /** The commands whose policies depend on the row. */
  restricted: string[];
}

/** Covers the platform's table, the gateway's own tables and the job tables, each with the commands that it needs. */
const SECURED = `
  SELECT c.oid::regclass::text AS table, quote_ident(current_user) AS role,
         array_remove(array_agg(CASE WHEN NOT coalesce(policy.allows, false) THEN command END ORDER BY command), NULL) AS forbidden,
         array_remove(array_agg(CASE WHEN policy.allows AND NOT policy."allowsEachRow" THEN command END ORDER BY command), NULL) AS restricted
  FROM pg_class c
  CROSS JOIN LATERAL unnest(CASE
    WHEN c.oid = $1 THEN $2::text[]
    WHEN c.relnamespace = to_regnamespace('${JOBS_SCHEMA}') AND c.relkind IN ('r', 'p') THEN $4::text[]
    WHEN c.relkind = 'r' AND pg_table_is_visible(c.oid)
      THEN ARRAY(SELECT jsonb_array_elements_text($3::jsonb -> c.relname::text)) END) AS needed (command)
  CROSS JOIN LATERAL (
    SELECT CASE command WHEN 'SELECT' THEN 'r' WHEN 'INSERT' THEN 'a' WHEN 'UPDATE' THEN 'w' ELSE 'd' END AS cmd) AS coded
  LEFT JOIN LATERAL (
    SELECT bool_or(polpermissive) AS allows,
           coalesce(bool_or(polpermissive AND is_true), false) AND coalesce(bool_and(polpermissive OR is_true), true) AS "allowsEachRow"
    FROM (SELECT polpermissive,
                 (cmd = 'a' OR pg_get_expr(polqual, polrelid) = 'true')
                 AND (cmd IN ('r', 'd') OR coalesce(pg_get_expr(polwithcheck, polrelid), pg_get_expr(polqual, polrelid)) = 'true') AS is_true
          FROM pg_policy
          WHERE polrelid = c.oid AND polcmd IN ('*', cmd::"char")
            AND (polroles = '{0}' OR EXISTS (SELECT FROM unnest(polroles) AS of WHERE pg_has_role(of, 'USAGE')))) AS own
  ) AS policy ON true
  WHERE row_security_active(c.oid)
  GROUP BY c.oid ORDER BY c.oid <> $1, 1`;

/**
 * Finds row-level security that hides rows from the gateway, which then loses webhooks of these users. A policy that
 * depends on the row may be meant, so it is only returned as a warning.
 * @throws UnfitDatabaseError if no policy lets the role use a command that the gateway needs
 */
export async function requireVisibleRows(
  connection: Connection,
  users: { oid: number; createsUsers: boolean },
): Promise<string[]> {
  const tables = (await connection.query(SECURED, [
    users.oid,
    ['SELECT', 'UPDATE', ...(users.createsUsers ? ['INSERT'] : [])],
    JSON.stringify(OWN_TABLE_COMMANDS),
    JOB_TABLE_COMMANDS,
  ])) as SecuredTable[];
  const hidden = tables.find(({ forbidden }) => forbidden.length > 0);
  if (hidden !== undefined) {
    const { table, role, forbidden } = hidden;
    throw new UnfitDatabaseError(
      `Row-level security of the table ${table} hides every row from the role ${role} (${forbidden.join(', ')}). ` +
        `Run as the owner: CREATE POLICY kyc_gateway ON ${table} TO ${role} USING (true) WITH CHECK (true).`,
    );
  }
  return tables
    .filter(({ restricted }) => restricted.length > 0)
    .map(
      ({ table, role, restricted }) =>
        `Row-level security of the table ${table} can hide rows from the role ${role} (${restricted.join(', ')}), and a ` +
        `webhook about a hidden user is not stored. If the gateway must see every row, run as the owner: ` +
        `CREATE POLICY kyc_gateway ON ${table} TO ${role} USING (true) WITH CHECK (true).`,
    );
}
