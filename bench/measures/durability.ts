import type { LoadReport } from '../load/orders.ts';
import type { Database } from '../surroundings/databases.ts';
import { eventKeyOf, userIdOf } from '../webhooks.ts';

/**
 * Every delivery was answered 200, and the ledger holds exactly what was acknowledged, each with its user moved and its
 * notification.
 *
 * @throws Error where one was not, or does not
 */
export async function requireAllDurable(
  contender: string,
  { statuses, acknowledged }: LoadReport,
  count: number,
  database: Database | null,
  users: { from: number; count: number },
): Promise<void> {
  if (statuses['200'] !== count || Object.keys(statuses).length > 1) {
    throw new Error(`${contender} answered ${JSON.stringify(statuses)} to ${count} deliveries`);
  }
  if (database === null) return;
  const last = users.from + users.count - 1;
  const rows = await database.query<{ key: string }>(
    `SELECT e.event_key AS key
     FROM kyc_events e
     JOIN users u ON u.kyc_provider = e.provider AND u.kyc_session_id = e.provider_session_id
     JOIN kyc_jobs.job j ON j.name = 'notification' AND j.data ->> 'userId' = u.id::text
     WHERE e.event_key BETWEEN $1 AND $2 AND u.kyc_status = 'verified' AND u.id BETWEEN $3 AND $4`,
    [eventKeyOf(users.from), eventKeyOf(last), userIdOf(users.from), userIdOf(last)],
  );
  const stored = new Set(rows.map(({ key }) => key));
  const lost = acknowledged.filter(({ eventKey }) => !stored.has(eventKey));
  if (lost.length > 0 || rows.length !== acknowledged.length) {
    throw new Error(
      `${contender} acknowledged ${acknowledged.length} events and stored ${rows.length}; ${lost.length} are lost`,
    );
  }
}
