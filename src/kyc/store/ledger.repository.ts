import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { useIndexPlans } from '../../database/index-plans.ts';
import { pipeline } from '../../database/pipeline.ts';
import type { EventSource, Outcome } from '../domain/outcome.ts';
import type { RejectionReason } from '../domain/rejection-reason.ts';
import type { KycEvent } from '../providers/kyc-provider.ts';
import type { SessionName } from './attempt.repository.ts';

export interface NewEvent extends KycEvent {
  source: EventSource;
  receivedAt: Date;
  actor: string | null;
  note: string | null;
}

export interface AppendedEvent {
  eventKey: string;
  provider: string;
  /** Null if the ledger contains the event but no attempt owns its session yet. */
  attemptId: string | null;
  isRefused: boolean;
  /** The data of the session was erased, so the event names neither the session nor the user. */
  isErased: boolean;
}

/** An event that arrived before the gateway marked its attempt as opened. */
export interface EarlyEvent {
  outcome: Outcome;
  /** The event names another user, so it changes nothing. */
  isForeign: boolean;
}

/** Leaves out the ids that identify the event at the provider. */
export interface LedgerEvent {
  provider: string;
  outcome: Outcome;
  reason: RejectionReason | null;
  occurredAt: Date | null;
  receivedAt: Date;
  source: EventSource;
  isRefused: boolean;
  actor: string | null;
  note: string | null;
}

const LEDGER_EVENT_COLUMNS = `e.provider, e.outcome, e.reason, e.occurred_at AS "occurredAt",
  e.received_at AS "receivedAt", e.source, e.is_refused AS "isRefused", e.actor, e.note`;
/** The order of `foldSession`. PostgreSQL's least() ignores null, but an event without a time is the oldest. */
const IN_ORDER = `ORDER BY CASE WHEN e.occurred_at IS NOT NULL THEN least(e.occurred_at, e.received_at) END NULLS FIRST, e.id`;

const EVENT_COLUMNS: readonly [name: string, type: string, valueOf: (event: NewEvent) => unknown][] = [
  ['provider', 'text', (event) => event.provider],
  ['event_key', 'text', (event) => event.eventKey],
  ['session_id', 'text', (event) => event.sessionId],
  ['reference', 'text', (event) => event.reference],
  ['outcome', 'text', (event) => event.outcome],
  ['reason', 'text', (event) => event.reason],
  ['occurred_at', 'timestamptz', (event) => event.occurredAt],
  ['received_at', 'timestamptz', (event) => event.receivedAt],
  ['source', 'text', (event) => event.source],
  ['actor', 'text', (event) => event.actor],
  ['note', 'text', (event) => event.note],
  ['session_hash', 'text', ({ provider, sessionId }) => sessionId && sessionHash({ provider, sessionId })],
];

const LOCK_UNMATCHED = `
  WITH unmatched AS (
    SELECT e.provider, e.session_id, e.reference
    FROM unnest($1::text[], $2::text[], $3::text[]) AS e (provider, session_id, reference)
    LEFT JOIN kyc_sessions s ON s.provider = e.provider AND s.provider_session_id = e.session_id
    WHERE s.id IS NULL
  )
  SELECT pg_advisory_xact_lock(key) FROM (
    SELECT hashtextextended(provider || ':' || session_id, 0) AS key FROM unmatched WHERE session_id IS NOT NULL
    UNION SELECT hashtextextended('user:' || reference, 0) FROM unmatched WHERE reference IS NOT NULL
    ORDER BY key
  ) AS ordered`;

/** Takes one array per column. One JSON document for a batch of 256 events is a quarter slower. */
const INSERT_EVENTS = `
  WITH named AS (
    SELECT e.*, x.id IS NOT NULL AS is_erased, x.kept_attempt_id
    FROM unnest(${EVENT_COLUMNS.map(([, type], index) => `$${index + 1}::${type}[]`).join(', ')})
      WITH ORDINALITY AS e (${EVENT_COLUMNS.map(([name]) => name).join(', ')}, position)
    LEFT JOIN LATERAL (
      SELECT id, kept_attempt_id FROM kyc_erasures WHERE session_hash = e.session_hash
      ORDER BY kept_attempt_id LIMIT 1) x ON true
  ), matched AS (
    SELECT n.*, coalesce(s.id, k.id) AS attempt_id,
           coalesce(n.reference <> coalesce(s.user_id, k.user_id)::text, false) AS is_foreign,
           CASE WHEN n.is_erased THEN 'erased:' || k.id ELSE n.session_id END AS stored_session
    FROM named n
    LEFT JOIN kyc_sessions k ON k.id = n.kept_attempt_id
    LEFT JOIN kyc_sessions s ON NOT n.is_erased AND s.provider = n.provider AND s.provider_session_id = n.session_id
  ), recognized AS (
    SELECT provider, event_key, session_id, reference, outcome, reason, occurred_at, received_at, source, actor, note,
           position, attempt_id, is_foreign, stored_session,
           is_erased OR CASE WHEN attempt_id IS NULL AND session_id IS NOT NULL THEN EXISTS (
             SELECT FROM kyc_erasures x WHERE x.user_id::text = reference AND NOT EXISTS (
               SELECT FROM kyc_sessions o
               WHERE o.user_id = x.user_id AND o.provider = matched.provider AND o.phase = 'opening'))
           ELSE false END AS is_erased
    FROM matched
  ), delivered AS (
    SELECT r.*, CASE WHEN r.is_erased THEN kyc_hash(r.event_key) ELSE r.event_key END AS stored_key,
           -- Comes after everything that the session holds, whatever the clocks of providers and replicas say.
           CASE WHEN r.source IN ('gateway', 'operator') THEN greatest(r.received_at, (
             SELECT max(least(o.occurred_at, o.received_at)) + interval '1 ms' FROM kyc_events o
             WHERE o.provider = r.provider AND o.provider_session_id = r.session_id)) END AS last_at
    FROM recognized r
  ), appended AS (
    INSERT INTO kyc_events (provider, event_key, provider_session_id, reference, outcome, reason,
                            occurred_at, received_at, source, is_refused, actor, note)
    SELECT provider, stored_key, CASE WHEN NOT is_erased OR attempt_id IS NOT NULL THEN stored_session END,
           CASE WHEN NOT is_erased AND (session_id IS NOT NULL OR source = 'operator') THEN reference END,
           outcome, reason, coalesce(last_at, occurred_at), coalesce(last_at, received_at), source, is_foreign, actor,
           CASE WHEN NOT is_erased THEN note END
    FROM delivered
    ORDER BY position
    ON CONFLICT (provider, event_key) DO NOTHING
    RETURNING provider, event_key
  )
  SELECT d.provider, d.event_key AS "eventKey", d.is_foreign AS "isRefused", d.is_erased AS "isErased",
         d.attempt_id AS "attemptId"
  FROM appended a
  JOIN delivered d ON d.provider = a.provider AND d.stored_key = a.event_key`;

@Injectable()
export class LedgerRepository {
  /**
   * Appends the events that the ledger does not contain yet and returns them. The keys of the given events must differ.
   * Call `lockUnmatched` first, and lock the users of all other events. An event of the gateway or of an operator gets a
   * time after all events of its session.
   */
  async append(manager: EntityManager, events: readonly NewEvent[]): Promise<AppendedEvent[]> {
    // Sorted by key, so that two overlapping batches wait for each other instead of deadlocking.
    const ordered = events.toSorted(
      (a, b) => compare(a.provider, b.provider) || compare(a.eventKey, b.eventKey),
    );
    return this.insert(manager, ordered);
  }

  /**
   * The statement stores an event of an erased session under the hash of its key, without the names of session and
   * user. It drops a user reference without a session, because no attempt can confirm that reference. It keeps the
   * reference of an operator's event, because that is the user on whom the operator acted.
   */
  private async insert(manager: EntityManager, events: readonly NewEvent[]): Promise<AppendedEvent[]> {
    return manager.query(
      INSERT_EVENTS,
      EVENT_COLUMNS.map(([, , valueOf]) => events.map(valueOf)),
    );
  }

  /**
   * Locks the session and the reference of each event that has no attempt, until the manager's transaction ends. The
   * row of its user cannot be locked in their place, because no attempt leads to it. Marking an attempt as opened and
   * erasing a user take the same locks, so the second of two transactions sees what the first wrote.
   *
   * Call it before locking any user, as the first statement of a transaction that appends. Its index plans are those of
   * all statements that follow.
   */
  async lockUnmatched(
    manager: EntityManager,
    events: readonly Pick<NewEvent, 'provider' | 'sessionId' | 'reference'>[],
  ): Promise<void> {
    await pipeline(
      useIndexPlans(manager),
      manager.query(LOCK_UNMATCHED, [
        events.map((event) => event.provider),
        events.map((event) => event.sessionId),
        events.map((event) => event.reference),
      ]),
    );
  }

  /** As `lockUnmatched`, for the events of one user that have no attempt: of these sessions, and of others. */
  async lockUnmatchedOfUser(
    manager: EntityManager,
    userId: string,
    sessions: readonly SessionName[],
  ): Promise<void> {
    const own = sessions.map((session) => ({ ...session, reference: userId }));
    await this.lockUnmatched(manager, [{ provider: '', sessionId: null, reference: userId }, ...own]);
  }

  /** Locks the session, also if it has an attempt, as `lockUnmatched` does. Call it before locking any user. */
  async lockSession(manager: EntityManager, { provider, sessionId }: SessionName): Promise<void> {
    await manager.query(`SELECT pg_advisory_xact_lock(hashtextextended($1, 0))`, [
      `${provider}:${sessionId}`,
    ]);
  }

  async findEarlyEvents(manager: EntityManager, session: SessionName, userId: string): Promise<EarlyEvent[]> {
    return manager.query(
      `SELECT outcome, coalesce(reference <> $3, false) AS "isForeign" FROM kyc_events
       WHERE provider = $1 AND provider_session_id = $2`,
      [session.provider, session.sessionId, userId],
    );
  }

  async findAttemptEventsByUser(
    manager: EntityManager,
    userId: string,
  ): Promise<(LedgerEvent & { attemptId: string })[]> {
    return manager.query(
      `SELECT s.id AS "attemptId", ${LEDGER_EVENT_COLUMNS}
       FROM kyc_sessions s
       JOIN kyc_events e ON e.provider = s.provider AND e.provider_session_id = s.provider_session_id
       WHERE s.user_id = $1 ${IN_ORDER}`,
      [userId],
    );
  }

  async findUnmatchedEventsByUser(manager: EntityManager, userId: string): Promise<LedgerEvent[]> {
    return manager.query(
      `SELECT ${LEDGER_EVENT_COLUMNS} FROM kyc_events e
       WHERE e.reference = $1 AND NOT EXISTS (
         SELECT FROM kyc_sessions s WHERE s.provider = e.provider AND s.provider_session_id = e.provider_session_id)
       ${IN_ORDER}`,
      [userId],
    );
  }

  /**
   * Finds sessions whose events name the user but that have no attempt. Their start crashed, or the row in users was
   * deleted.
   */
  async findUnmatchedSessionsByUser(manager: EntityManager, userId: string): Promise<SessionName[]> {
    return manager.query(
      `SELECT DISTINCT e.provider, e.provider_session_id AS "sessionId" FROM kyc_events e
       WHERE e.reference = $1 AND e.provider_session_id IS NOT NULL AND NOT EXISTS (
         SELECT FROM kyc_sessions s WHERE s.provider = e.provider AND s.provider_session_id = e.provider_session_id)`,
      [userId],
    );
  }

  async hasEventOfUser(manager: EntityManager, userId: string): Promise<boolean> {
    const [row] = (await manager.query(
      `SELECT EXISTS (SELECT FROM kyc_events WHERE reference = $1) AS "isFound"`,
      [userId],
    )) as [{ isFound: boolean }];
    return row.isFound;
  }
}

/**
 * The hash by which `kyc_erasures` recognizes the session. Must return the same as kyc_hash() in the database. Calling
 * kyc_hash() for each event is slower.
 */
export function sessionHash({ provider, sessionId }: SessionName): string {
  const name = `${provider}:${sessionId}`;
  return `erased:${createHash('sha256').update(name).digest('hex')}`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
