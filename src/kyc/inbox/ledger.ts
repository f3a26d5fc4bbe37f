import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { Outcome } from '../domain/outcome.js';
import type { LedgerEntry } from '../domain/session-state.js';
import type { InboxEvent } from './inbox-event.js';

/** What became of an event that the ledger had not held yet. */
export interface AppendedEvent {
  eventKey: string;
  provider: string;
  /** Our row of the session that it concerns; null while there is none. */
  sessionRowId: string | null;
  isRefused: boolean;
}

export interface EarlyEvent {
  outcome: Outcome;
  isForeign: boolean;
}

/** The append-only table kyc_events. */
@Injectable()
export class Ledger {
  /**
   * Records the events that are not there yet, and returns those. In key order, so that two batches that overlap
   * wait for each other instead of deadlocking.
   */
  async append(manager: EntityManager, events: readonly InboxEvent[]): Promise<AppendedEvent[]> {
    const ordered = events.toSorted(
      (a, b) => compare(a.provider, b.provider) || compare(a.eventKey, b.eventKey),
    );
    const column = <T>(read: (event: InboxEvent) => T): T[] => ordered.map(read);
    return manager.query(
      `WITH delivered AS (
         SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                              $7::timestamptz[], $8::timestamptz[], $9::text[])
           WITH ORDINALITY AS e (provider, event_key, session_id, reference, outcome, reason, occurred_at, received_at, source, position)
       ), appended AS (
         INSERT INTO kyc_events (provider, event_key, provider_session_id, reference, outcome, reason,
                                 occurred_at, received_at, source, is_refused)
         SELECT e.provider, e.event_key, e.session_id, e.reference, e.outcome, e.reason,
                e.occurred_at, e.received_at, e.source,
                coalesce(e.reference <> s.user_id::text, false)
         FROM delivered e
         LEFT JOIN kyc_sessions s ON s.provider = e.provider AND s.provider_session_id = e.session_id
         ORDER BY e.position
         ON CONFLICT (provider, event_key) DO NOTHING
         RETURNING provider, event_key, provider_session_id, is_refused
       )
       SELECT a.provider, a.event_key AS "eventKey", a.is_refused AS "isRefused", s.id AS "sessionRowId"
       FROM appended a
       LEFT JOIN kyc_sessions s ON s.provider = a.provider AND s.provider_session_id = a.provider_session_id`,
      [
        column((event) => event.provider),
        column((event) => event.eventKey),
        column((event) => event.sessionId),
        column((event) => event.reference),
        column((event) => event.outcome),
        column((event) => event.reason),
        column((event) => event.occurredAt),
        column((event) => event.receivedAt),
        column((event) => event.source),
      ],
    );
  }

  /**
   * Serialises "the event arrives" with "its session row appears", so that one of the two always sees the other.
   * Held until the manager's transaction ends; taken before any user is locked.
   */
  async lockSessionIds(
    manager: EntityManager,
    sessions: readonly { provider: string; sessionId: string }[],
  ): Promise<void> {
    await manager.query(
      `SELECT pg_advisory_xact_lock(key) FROM (
         SELECT DISTINCT hashtextextended(provider || ':' || session_id, 0) AS key
         FROM unnest($1::text[], $2::text[]) AS s (provider, session_id) ORDER BY key
       ) AS ordered`,
      [sessions.map((session) => session.provider), sessions.map((session) => session.sessionId)],
    );
  }

  /** Our rows of those sessions that exist by now. */
  async findSessionRows(
    manager: EntityManager,
    sessions: readonly { provider: string; sessionId: string }[],
  ): Promise<string[]> {
    const rows: { id: string }[] = await manager.query(
      `SELECT s.id FROM kyc_sessions s
       JOIN unnest($1::text[], $2::text[]) AS e (provider, session_id)
         ON s.provider = e.provider AND s.provider_session_id = e.session_id`,
      [sessions.map((session) => session.provider), sessions.map((session) => session.sessionId)],
    );
    return rows.map((row) => row.id);
  }

  /** What the ledger held of a session before its row was there. One whose reference is somebody else's is foreign. */
  async earlyEventsOf(manager: EntityManager, sessionRowId: string): Promise<EarlyEvent[]> {
    return manager.query(
      `SELECT e.outcome, coalesce(e.reference <> s.user_id::text, false) AS "isForeign"
       FROM kyc_sessions s
       JOIN kyc_events e ON e.provider = s.provider AND e.provider_session_id = s.provider_session_id
       WHERE s.id = $1`,
      [sessionRowId],
    );
  }

  /** Every event of the sessions that may move them, by session row. One whose reference is somebody else's may not. */
  async entriesOf(
    manager: EntityManager,
    sessionRowIds: readonly string[],
  ): Promise<Map<string, LedgerEntry[]>> {
    const rows: (LedgerEntry & { sessionRowId: string })[] = await manager.query(
      `SELECT s.id AS "sessionRowId", e.event_key AS "eventKey", e.outcome, e.reason, e.occurred_at AS "occurredAt"
       FROM kyc_sessions s
       JOIN kyc_events e ON e.provider = s.provider AND e.provider_session_id = s.provider_session_id
       WHERE s.id = ANY($1::uuid[]) AND NOT e.is_refused AND (e.reference IS NULL OR e.reference = s.user_id::text)`,
      [sessionRowIds],
    );
    return Map.groupBy(rows, (row) => row.sessionRowId);
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
