import type { EntityManager } from 'typeorm';
import { useIndexPlans } from '../../database/index-plans.ts';
import { pipeline } from '../../database/pipeline.ts';
import type { UsersTable } from '../../database/users-table.ts';
import { UserNotWrittenError } from '../../users/user-errors.ts';
import type { Verdict } from '../domain/outcome.ts';
import { publicReason, type RejectionReason } from '../domain/rejection-reason.ts';
import { statusOf } from '../domain/user-status.ts';
import { MANUAL_PROVIDER } from './manual-provider.ts';
import { announce } from './status-channel.ts';

/** A decision about a user from before the gateway came. */
export interface ImportedDecision {
  line: number;
  /** As the file spells it. */
  userId: string;
  status: 'verified' | 'rejected';
  decidedAt: Date;
  note: string | null;
}

export interface ImportBatch {
  id: string;
  actor: string;
  now: Date;
}

/** The lines that an import would write, and those of users who have a status or do not exist. */
export interface LineCounts extends WrittenCounts {
  decided: number;
  unknown: number;
}

export interface AddedLines extends LineCounts {
  /** The numbers of the lines whose user an earlier line names. */
  repeated: number[];
}

export interface WrittenCounts {
  verified: number;
  rejected: number;
}

/** The keys of a batch's events are this, the id of the batch and the line. */
export const IMPORT_KEY = 'operator:import:';

const VERIFIED: Verdict = 'approved';
const REJECTED: Verdict = 'declined';
/** The user may start again. */
const REASON: RejectionReason = 'other';

/**
 * The user has a status or an attempt, or has had their data erased since the decision. An attempt that the undo of an
 * import has ended does not count, so that a corrected file can be imported.
 */
const isDecided = (users: UsersTable, decidedAt: string) => `(
  u.kyc_status <> 'not_verified'
  OR EXISTS (SELECT FROM kyc_sessions s WHERE s.user_id = u.${users.id}
             AND NOT (s.provider = '${MANUAL_PROVIDER}' AND s.phase = 'abandoned'))
  OR EXISTS (SELECT FROM kyc_erasures x WHERE x.user_id = u.${users.id} AND x.requested_at >= ${decidedAt}))`;

/** Returns null for an id that does not fit the type of the column. Only a function can catch that for each line. */
const CREATE_FUNCTION = `
  CREATE OR REPLACE FUNCTION pg_temp.kyc_import_user_id(given text) RETURNS kyc_sessions.user_id%TYPE
  LANGUAGE plpgsql AS $body$
  DECLARE id kyc_sessions.user_id%TYPE;
  BEGIN
    id := given;
    RETURN id;
  EXCEPTION WHEN data_exception OR check_violation THEN
    RETURN NULL;
  END $body$`;

const addLines = (users: UsersTable) => `
  WITH given AS MATERIALIZED (
    SELECT g.line, pg_temp.kyc_import_user_id(g.user_id) AS user_id, g.status, g.decided_at, g.note
    FROM unnest($1::integer[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
      AS g (line, user_id, status, decided_at, note)
  ), judged AS MATERIALIZED (
    SELECT g.*, CASE WHEN u.${users.id} IS NULL THEN 'unknown' WHEN ${isDecided(users, 'g.decided_at')} THEN 'decided'
                     ELSE g.status END AS result
    FROM given g LEFT JOIN ${users.sql} u ON u.${users.id} = g.user_id
  ), added AS (
    INSERT INTO pg_temp.kyc_import_lines (line, user_id, status, decided_at, note, is_new)
    SELECT line, user_id, status, decided_at, note, result <> 'decided' FROM judged WHERE result <> 'unknown'
    ORDER BY line
    ON CONFLICT (user_id) DO NOTHING
    RETURNING line
  )
  SELECT count(*) FILTER (WHERE result = 'unknown')::int AS unknown,
         count(*) FILTER (WHERE a.line IS NOT NULL AND result = 'decided')::int AS decided,
         count(*) FILTER (WHERE a.line IS NOT NULL AND result = 'verified')::int AS verified,
         count(*) FILTER (WHERE a.line IS NOT NULL AND result = 'rejected')::int AS rejected,
         coalesce(array_agg(j.line ORDER BY j.line) FILTER (WHERE a.line IS NULL AND result <> 'unknown'), '{}') AS repeated
  FROM judged j LEFT JOIN added a ON a.line = j.line`;

const lockUsers = (users: UsersTable) => `
  WITH locked AS (
    SELECT ${users.id} FROM ${users.sql}
    WHERE ${users.id} IN (SELECT user_id FROM pg_temp.kyc_import_lines WHERE line > $1 AND line <= $2 AND is_new)
    ORDER BY ${users.id} FOR NO KEY UPDATE
  ) SELECT count(*) FROM locked`;

/** The ids of the attempts follow each other, because random ones make the indexes slow. */
const writeLines = (users: UsersTable) => `
  WITH chosen AS MATERIALIZED (
    SELECT l.line, l.user_id, l.status, l.decided_at, l.note, $6::text || ':' || l.line AS session_id,
           CASE l.status WHEN '${statusOf(VERIFIED)}' THEN '${VERIFIED}' ELSE '${REJECTED}' END AS outcome,
           CASE l.status WHEN '${statusOf(REJECTED)}' THEN '${REASON}' END AS reason
    FROM pg_temp.kyc_import_lines l JOIN ${users.sql} u ON u.${users.id} = l.user_id
    WHERE l.line > $1 AND l.line <= $2 AND l.is_new AND NOT ${isDecided(users, 'l.decided_at')}
    ORDER BY l.line
  ), events AS (
    INSERT INTO kyc_events (provider, event_key, provider_session_id, outcome, reason, occurred_at, received_at, source,
                            actor, note)
    SELECT '${MANUAL_PROVIDER}', $3::text || ':' || line, session_id, outcome, reason, decided_at, $4::timestamptz,
           'operator', $5, note
    FROM chosen
  ), attempts AS (
    -- It is unknown what the user was told about it.
    INSERT INTO kyc_sessions (user_id, provider, provider_session_id, phase, reason, phase_since, decided_at, opened_at,
                              ended_at, changed_at, told)
    SELECT user_id, '${MANUAL_PROVIDER}', session_id, outcome, reason, decided_at, decided_at, decided_at, decided_at,
           $4, NULL
    FROM chosen
  ), statuses AS (
    UPDATE ${users.sql} u SET
      kyc_status = c.status, kyc_provider = '${MANUAL_PROVIDER}', kyc_session_id = c.session_id,
      kyc_rejection_reason = CASE WHEN c.reason IS NOT NULL THEN '${publicReason(REASON)}' END
    FROM chosen c WHERE u.${users.id} = c.user_id
    RETURNING c.user_id::text, c.status
  )
  SELECT (SELECT count(*)::int FROM chosen) AS chosen,
         count(*) FILTER (WHERE status = 'verified')::int AS verified,
         count(*) FILTER (WHERE status = 'rejected')::int AS rejected,
         coalesce(array_agg(user_id), '{}') AS "userIds"
  FROM statuses`;

/**
 * Brings in decisions from before the gateway came. Each becomes the only event of a manual attempt, dated as the file
 * says. The lines of the file are in a temporary table of the connection, so every call needs the same connection.
 */
export class ImportRepository {
  constructor(private readonly users: UsersTable) {}

  async createLines(manager: EntityManager): Promise<void> {
    await manager.query(`
      CREATE TEMPORARY TABLE kyc_import_lines AS
      SELECT 0 AS line, user_id, ''::text AS status, opened_at AS decided_at, ''::text AS note, true AS is_new
      FROM kyc_sessions WHERE false`);
    await manager.query(`ALTER TABLE pg_temp.kyc_import_lines ADD PRIMARY KEY (line), ADD UNIQUE (user_id)`);
    await manager.query(CREATE_FUNCTION);
  }

  /** Adds lines in their order. Writes to no table of the gateway. */
  addLines(manager: EntityManager, lines: readonly ImportedDecision[]): Promise<AddedLines> {
    return manager.transaction(async (inner) => {
      const [, [counts]] = await pipeline(
        useIndexPlans(inner),
        inner.query(addLines(this.users), [
          lines.map(({ line }) => line),
          lines.map(({ userId }) => userId),
          lines.map(({ status }) => status),
          lines.map(({ decidedAt }) => decidedAt),
          lines.map(({ note }) => note),
        ]) as Promise<[AddedLines]>,
      );
      return counts;
    });
  }

  /** The events of a batch that begins now have greater ids. */
  async lastEventId(manager: EntityManager): Promise<string> {
    const [row] = (await manager.query(`SELECT coalesce(max(id), 0)::text AS id FROM kyc_events`)) as [
      { id: string },
    ];
    return row.id;
  }

  /**
   * Writes the decisions of the lines after `after`, up to `last`, in one transaction. Checks each user again under the
   * user's lock.
   *
   * @throws UserNotWrittenError if PostgreSQL does not update a user
   */
  write(manager: EntityManager, batch: ImportBatch, after: number, last: number): Promise<WrittenCounts> {
    return manager.transaction(async (inner) => {
      // PostgreSQL runs these in order, so the users are checked after they are locked.
      const [, , [written]] = await pipeline(
        useIndexPlans(inner),
        inner.query(lockUsers(this.users), [after, last]),
        inner.query(writeLines(this.users), [
          after,
          last,
          IMPORT_KEY + batch.id,
          batch.now,
          batch.actor,
          batch.id,
        ]) as Promise<[WrittenCounts & { chosen: number; userIds: string[] }]>,
      );
      const { chosen, userIds, verified, rejected } = written;
      if (userIds.length !== chosen) throw new UserNotWrittenError(userIds.length, chosen);
      if (chosen > 0) await announce(inner, userIds);
      return { verified, rejected };
    });
  }
}
