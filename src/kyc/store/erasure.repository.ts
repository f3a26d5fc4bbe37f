import type { EntityManager } from 'typeorm';

/** A session that its provider is to erase. */
export interface PlaceToErase {
  provider: string;
  sessionId: string;
}

/** What there is to erase of a user. */
export interface Traces {
  places: PlaceToErase[];
  /** Also where no provider is concerned. */
  areThere: boolean;
}

export interface KnownRequest {
  requestId: string;
  requestedAt: Date;
  isOpen: boolean;
}

/** The id as the database spells it, which whoever asks may not. */
export async function spelledOut(manager: EntityManager, userId: string): Promise<string> {
  const [row] = (await manager.query(
    `SELECT id::text AS id FROM (SELECT id FROM users WHERE false UNION ALL SELECT $1) AS typed`,
    [userId],
  )) as [{ id: string }];
  return row.id;
}

/**
 * The user's sessions, and those that only events with his reference tell of: a start that crashed, or one whose row
 * went with the user's. A session of somebody else is never among them, whatever an event calls it.
 */
export async function tracesOf(
  manager: EntityManager,
  userId: string,
  keepsDecision: boolean,
): Promise<Traces> {
  const places: PlaceToErase[] = await manager.query(
    `SELECT s.provider, s.provider_session_id AS "sessionId" FROM kyc_sessions s
     WHERE s.user_id = $1 AND s.provider_session_id NOT LIKE 'erased:%'
     UNION
     SELECT e.provider, e.provider_session_id FROM kyc_events e
     WHERE e.reference = $2 AND e.provider_session_id IS NOT NULL AND NOT EXISTS (
       SELECT FROM kyc_sessions s WHERE s.provider = e.provider AND s.provider_session_id = e.provider_session_id)`,
    [userId, userId],
  );
  const [left] = (await manager.query(
    `SELECT EXISTS (SELECT FROM kyc_events WHERE reference = $2) OR EXISTS (
       SELECT FROM kyc_sessions WHERE user_id = $1
       AND (NOT $3::boolean OR ended_at IS NULL OR redirect_url IS NOT NULL OR resume_token IS NOT NULL)) AS "areThere"`,
    [userId, userId, keepsDecision],
  )) as [{ areThere: boolean }];
  return { places, areThere: places.length > 0 || left.areThere };
}

/** The user's latest request, or null. */
export async function latestRequestOf(manager: EntityManager, userId: string): Promise<KnownRequest | null> {
  const rows: KnownRequest[] = await manager.query(
    `SELECT request_id AS "requestId", min(requested_at) AS "requestedAt", bool_or(erased_at IS NULL) AS "isOpen"
     FROM kyc_erasures WHERE user_id = $1
     GROUP BY request_id ORDER BY bool_or(erased_at IS NULL) DESC, min(requested_at) DESC LIMIT 1`,
    [userId],
  );
  return rows[0] ?? null;
}

/** Writes the evidence: what is done here, and what is still to be done at providers. Resolves to the ids of the latter. */
export async function record(
  manager: EntityManager,
  request: { requestId: string; userId: string; requestedBy: string; now: Date },
  places: readonly PlaceToErase[],
): Promise<string[]> {
  const { requestId, userId, requestedBy, now } = request;
  await manager.query(
    `INSERT INTO kyc_erasures (request_id, user_id, place, requested_at, requested_by, erased_at, final_at)
     VALUES ($1, $2, 'gateway', $3, $4, $3, $3)`,
    [requestId, userId, now, requestedBy],
  );
  const rows: { id: string }[] = await manager.query(
    `INSERT INTO kyc_erasures (request_id, user_id, place, provider_session_id, session_hash, requested_at, requested_by)
     SELECT $1, $2, p.place, p.session_id, kyc_hash(p.place || ':' || p.session_id), $3, $4
     FROM unnest($5::text[], $6::text[]) AS p (place, session_id)
     RETURNING id`,
    [
      requestId,
      userId,
      now,
      requestedBy,
      places.map((place) => place.provider),
      places.map((place) => place.sessionId),
    ],
  );
  return rows.map((row) => row.id);
}
