import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { pipeline } from '../../database/transaction.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { InboxEvent } from '../inbox/inbox-event.ts';

/** What became of an event that the ledger had not held yet. */
export interface AppendedEvent {
  eventKey: string;
  provider: string;
  /** Our row of the session that it concerns; null while there is none. */
  sessionRowId: string | null;
  isRefused: boolean;
}

/** Held by those who append together, and by an erasure alone: the letters of "erase". */
const ERASURE_LOCK = 0x6572617365;

export interface EarlyEvent {
  outcome: Outcome;
  isForeign: boolean;
}

/** The append-only table kyc_events. */
@Injectable()
export class LedgerRepository {
  /**
   * Records those of the events, no two of which have the same key, that are not there yet, and returns them. In key
   * order, so that two batches that overlap wait for each other instead of deadlocking. What is said of a session whose
   * user had it erased is recorded under the hash of its key, and names neither the session nor the user. A reference
   * without a session could be held against nothing, so it is not kept; but an operator's says whom he dealt with.
   */
  async append(manager: EntityManager, events: readonly InboxEvent[]): Promise<AppendedEvent[]> {
    const ordered = events.toSorted(
      (a, b) => compare(a.provider, b.provider) || compare(a.eventKey, b.eventKey),
    );
    const [, appended] = await pipeline(this.keepErasuresOut(manager), this.insert(manager, ordered));
    return appended;
  }

  private async insert(manager: EntityManager, events: readonly InboxEvent[]): Promise<AppendedEvent[]> {
    const column = <T>(read: (event: InboxEvent) => T): T[] => events.map(read);
    return manager.query(
      `WITH named AS (
         SELECT e.*, x.id IS NOT NULL AS is_erased
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[],
                     $7::timestamptz[], $8::timestamptz[], $9::text[], $10::text[], $11::text[], $12::text[])
           WITH ORDINALITY AS e (provider, event_key, session_id, reference, outcome, reason, occurred_at, received_at,
                                 source, actor, note, session_hash, position)
         LEFT JOIN LATERAL (SELECT id FROM kyc_erasures WHERE session_hash = e.session_hash LIMIT 1) x ON true
         WHERE current_setting('kyc.erasures_kept_out', true) = 'yes'
       ), delivered AS (
         SELECT n.*, s.id AS session_row_id, coalesce(n.reference <> s.user_id::text, false) AS is_foreign,
                CASE WHEN n.is_erased THEN kyc_hash(n.event_key) ELSE n.event_key END AS stored_key
         FROM named n
         LEFT JOIN kyc_sessions s ON NOT n.is_erased AND s.provider = n.provider AND s.provider_session_id = n.session_id
       ), appended AS (
         INSERT INTO kyc_events (provider, event_key, provider_session_id, reference, outcome, reason,
                                 occurred_at, received_at, source, is_refused, actor, note)
         SELECT provider, stored_key, CASE WHEN NOT is_erased THEN session_id END,
                CASE WHEN NOT is_erased AND (session_id IS NOT NULL OR source = 'operator') THEN reference END,
                outcome, reason, occurred_at, received_at, source, is_foreign, actor,
                CASE WHEN NOT is_erased THEN note END
         FROM delivered
         ORDER BY position
         ON CONFLICT (provider, event_key) DO NOTHING
         RETURNING provider, event_key
       )
       SELECT d.provider, d.event_key AS "eventKey", d.is_foreign AS "isRefused",
              d.session_row_id AS "sessionRowId"
       FROM appended a
       JOIN delivered d ON d.provider = a.provider AND d.stored_key = a.event_key`,
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
        column((event) => event.actor),
        column((event) => event.note),
        column((event) => event.sessionId && hashOf(`${event.provider}:${event.sessionId}`)),
      ],
    );
  }

  /**
   * For an erasure: from now until the manager's transaction ends nothing is appended, so that no event can slip past
   * it, and bring back what it erases. Taken before any other lock; so is its counterpart in `append`.
   */
  async keepEventsOut(manager: EntityManager): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock($1)`, [ERASURE_LOCK]);
  }

  /** What `insert` looks for is gone with the lock: outside of a transaction both are at once, and nothing is appended. */
  private async keepErasuresOut(manager: EntityManager): Promise<void> {
    await manager.query(
      `SELECT pg_advisory_xact_lock_shared($1), set_config('kyc.erasures_kept_out', 'yes', true)`,
      [ERASURE_LOCK],
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

  /** What the ledger held of a session before its row was there. One whose reference is not this user's is foreign. */
  async earlyEventsOf(
    manager: EntityManager,
    session: { provider: string; sessionId: string },
    userId: string,
  ): Promise<EarlyEvent[]> {
    return manager.query(
      `SELECT outcome, coalesce(reference <> $3, false) AS "isForeign" FROM kyc_events
       WHERE provider = $1 AND provider_session_id = $2`,
      [session.provider, session.sessionId, userId],
    );
  }
}

/** What kyc_hash() makes in the database, where it takes longer: it would be called for every event. */
function hashOf(word: string): string {
  return `erased:${createHash('sha256').update(word).digest('hex')}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
