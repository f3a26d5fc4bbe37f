import type { EntityManager } from 'typeorm';

/** The channel on which PostgreSQL announces status changes to every replica. */
export const STATUS_CHANNEL = 'kyc_status';

/** PostgreSQL rejects payloads of 8000 bytes and more. */
const MAX_PAYLOAD_BYTES = 7_900;

/** The users whose status may have changed, by the id as PostgreSQL prints it, or `all`. */
export type Announcement = ReadonlySet<string> | 'all';

/** Returns as few payloads for the users as possible, because each notification costs a lock at commit. */
export function announcementsOf(userIds: readonly string[]): string[] {
  const payloads: string[][] = [];
  let bytes = Infinity;
  for (const userId of userIds) {
    const added = Buffer.byteLength(JSON.stringify(userId)) + 1;
    if (bytes + added > MAX_PAYLOAD_BYTES) {
      payloads.push([]);
      bytes = 0;
    }
    payloads.at(-1)?.push(userId);
    bytes += added;
  }
  return payloads.map((ids) => JSON.stringify(ids));
}

/** PostgreSQL delivers the announcement when the transaction commits. */
export async function announce(manager: EntityManager, userIds: readonly string[]): Promise<void> {
  await manager.query('SELECT pg_notify($1, payload) FROM unnest($2::text[]) AS payload', [
    STATUS_CHANNEL,
    announcementsOf(userIds),
  ]);
}

/** The previous release announces a batch of many users with an empty payload. */
export function readAnnouncement(payload: string): Announcement {
  return payload === '' ? 'all' : new Set(JSON.parse(payload) as string[]);
}
