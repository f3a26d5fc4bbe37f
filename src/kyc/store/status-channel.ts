import type { EntityManager } from 'typeorm';

/** The channel on which PostgreSQL announces status changes to every replica. */
export const STATUS_CHANNEL = 'kyc_status';

/** PostgreSQL rejects payloads of 8000 bytes and more. */
const MAX_PAYLOAD_BYTES = 7_900;

/** The users whose status may have changed, by the id as PostgreSQL prints it, or `all`. */
export type Announcement = ReadonlySet<string> | 'all';

/**
 * All users of a batch share one payload, because each notification costs a lock at commit. An empty payload means all
 * users.
 */
export function announcementOf(userIds: readonly string[]): string {
  const payload = JSON.stringify(userIds);
  return Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES ? '' : payload;
}

/** PostgreSQL delivers the announcement when the transaction commits. */
export async function announce(manager: EntityManager, userIds: readonly string[]): Promise<void> {
  await manager.query('SELECT pg_notify($1, $2)', [STATUS_CHANNEL, announcementOf(userIds)]);
}

export function readAnnouncement(payload: string): Announcement {
  return payload === '' ? 'all' : new Set(JSON.parse(payload) as string[]);
}
