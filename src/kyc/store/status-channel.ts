import type { EntityManager } from 'typeorm';

/** Where PostgreSQL tells every replica whose status has changed. */
export const STATUS_CHANNEL = 'kyc_status';

/** PostgreSQL takes 8000 bytes at most. */
const MAX_PAYLOAD_BYTES = 7_900;

/** Whose status may have changed: these users', as the database spells their ids, or anybody's. */
export type Announcement = ReadonlySet<string> | 'anybody';

/** What is notified of all of them at once. Never one notification a user: each costs a lock at the commit. */
export function announcementOf(userIds: readonly string[]): string {
  const payload = JSON.stringify(userIds);
  return Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES ? '' : payload;
}

/** PostgreSQL delivers it with the commit. */
export async function announce(manager: EntityManager, userIds: readonly string[]): Promise<void> {
  await manager.query('SELECT pg_notify($1, $2)', [STATUS_CHANNEL, announcementOf(userIds)]);
}

export function readAnnouncement(payload: string): Announcement {
  return payload === '' ? 'anybody' : new Set(JSON.parse(payload) as string[]);
}
