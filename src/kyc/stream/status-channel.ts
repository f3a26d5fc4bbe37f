import type { EntityManager } from 'typeorm';

/** Where PostgreSQL tells every replica whose status has changed. */
export const STATUS_CHANNEL = 'kyc_status';

/** PostgreSQL takes 8000 bytes at most. */
const MAX_PAYLOAD_BYTES = 7_900;

/** Whose status may have changed: these users', as the database spells their ids, or anybody's. */
export type Announcement = ReadonlySet<string> | 'anybody';

/** One notification for all of them, which PostgreSQL delivers with the commit. Never one a user: each costs a lock. */
export async function announce(manager: EntityManager, userIds: readonly string[]): Promise<void> {
  const payload = JSON.stringify(userIds);
  const isTooLong = Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES;
  await manager.query('SELECT pg_notify($1, $2)', [STATUS_CHANNEL, isTooLong ? '' : payload]);
}

export function readAnnouncement(payload: string): Announcement {
  return payload === '' ? 'anybody' : new Set(JSON.parse(payload) as string[]);
}
