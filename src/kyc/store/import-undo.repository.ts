import type { EntityManager } from 'typeorm';
import { useIndexPlans } from '../../database/index-plans.ts';
import { pipeline } from '../../database/pipeline.ts';
import type { UsersTable } from '../../database/users-table.ts';
import { UserNotWrittenError } from '../../users/user-errors.ts';
import type { Ending } from '../domain/outcome.ts';
import { statusOf } from '../domain/user-status.ts';
import { IMPORT_KEY, type ImportBatch } from './import.repository.ts';
import { MANUAL_PROVIDER } from './manual-provider.ts';
import { announce } from './status-channel.ts';

export interface UndoCounts {
  /** The status of the user is still that of the batch. */
  standing: number;
  /** A later decision, start or erasure counts, so the user stays. */
  changed: number;
  undone: number;
}

/** A range of ids in the ledger: after `after`, up to `last`. */
export interface EventRange {
  after: bigint;
  last: bigint;
}

const UNDO_KEY = 'operator:undo_import:';
const ENDING: Ending = 'abandoned';

/** The events of the batch in a range of ids, because no index leads from a batch to its events. */
const foundEvents = (users: UsersTable) => `
  SELECT e.id, e.provider_session_id, s.id AS attempt_id, s.user_id,
         greatest($4::timestamptz, least(e.occurred_at, e.received_at) + interval '1 ms') AS ends_at,
         '${UNDO_KEY}' || substr(e.event_key, ${IMPORT_KEY.length + 1}) AS undo_key,
         CASE WHEN EXISTS (SELECT FROM kyc_events o WHERE o.provider = '${MANUAL_PROVIDER}'
                           AND o.event_key = '${UNDO_KEY}' || substr(e.event_key, ${IMPORT_KEY.length + 1})) THEN 'undone'
              WHEN u.kyc_provider = '${MANUAL_PROVIDER}' AND u.kyc_session_id = e.provider_session_id AND NOT EXISTS (
                SELECT FROM kyc_events o
                WHERE o.provider = e.provider AND o.provider_session_id = e.provider_session_id AND o.id <> e.id
                  AND o.outcome <> 'noted') THEN 'standing'
              ELSE 'changed' END AS state
  FROM kyc_events e
  JOIN kyc_sessions s ON s.provider = e.provider AND s.provider_session_id = e.provider_session_id
  JOIN ${users.sql} u ON u.${users.id} = s.user_id
  WHERE e.id > $1 AND e.id <= $2 AND e.provider = '${MANUAL_PROVIDER}' AND starts_with(e.event_key, $3)`;

const countFound = (users: UsersTable) => `
  SELECT count(*) FILTER (WHERE state = 'standing')::int AS standing,
         count(*) FILTER (WHERE state = 'changed')::int AS changed,
         count(*) FILTER (WHERE state = 'undone')::int AS undone
  FROM (${foundEvents(users)}) AS found`;

const lockUsers = (users: UsersTable) => `
  WITH locked AS (
    SELECT ${users.id} FROM ${users.sql}
    WHERE ${users.id} IN (SELECT user_id FROM (${foundEvents(users)}) AS found WHERE state = 'standing')
    ORDER BY ${users.id} FOR NO KEY UPDATE
  ) SELECT count(*) FROM locked`;

/** Writes what the fold of the events results in. */
const endStanding = (users: UsersTable) => `
  WITH found AS MATERIALIZED (${foundEvents(users)}
  ), standing AS MATERIALIZED (
    SELECT * FROM found WHERE state = 'standing' ORDER BY id
  ), events AS (
    INSERT INTO kyc_events (provider, event_key, provider_session_id, outcome, occurred_at, received_at, source, actor)
    SELECT '${MANUAL_PROVIDER}', undo_key, provider_session_id, '${ENDING}', ends_at, ends_at, 'operator', $5
    FROM standing
  ), attempts AS (
    UPDATE kyc_sessions s SET
      phase = '${ENDING}', reason = NULL, phase_since = f.ends_at, decided_at = NULL, changed_at = $4
    FROM standing f WHERE s.id = f.attempt_id
    RETURNING s.user_id
  ), statuses AS (
    UPDATE ${users.sql} u SET kyc_status = '${statusOf(ENDING)}', kyc_rejection_reason = NULL
    FROM attempts a WHERE u.${users.id} = a.user_id
    RETURNING a.user_id::text
  )
  SELECT count(*) FILTER (WHERE state = 'standing')::int AS standing,
         count(*) FILTER (WHERE state = 'changed')::int AS changed,
         count(*) FILTER (WHERE state = 'undone')::int AS undone,
         (SELECT coalesce(array_agg(user_id), '{}') FROM statuses) AS "userIds"
  FROM found`;

/**
 * Reverses a batch of an import. The ledger is append-only, so each decision stays in it, and an event of the operator
 * ends its attempt.
 */
export class ImportUndoRepository {
  constructor(private readonly users: UsersTable) {}

  /** The ids in the ledger now. */
  async lastEventId(manager: EntityManager): Promise<bigint> {
    const [row] = (await manager.query(`SELECT coalesce(max(id), 0)::text AS id FROM kyc_events`)) as [
      { id: string },
    ];
    return BigInt(row.id);
  }

  count(manager: EntityManager, batch: ImportBatch, range: EventRange): Promise<UndoCounts> {
    return manager.transaction(async (inner) => {
      const [, [counts]] = await pipeline(
        useIndexPlans(inner),
        inner.query(countFound(this.users), valuesOf(batch, range)) as Promise<[UndoCounts]>,
      );
      return counts;
    });
  }

  /**
   * Ends the attempts of the batch that still decide the status of their user, in one transaction.
   * @throws UserNotWrittenError if PostgreSQL does not update a user
   */
  undo(manager: EntityManager, batch: ImportBatch, range: EventRange): Promise<UndoCounts> {
    return manager.transaction(async (inner) => {
      // PostgreSQL runs these in order, so the attempts are read after their users are locked.
      const [, , [undone]] = await pipeline(
        useIndexPlans(inner),
        inner.query(lockUsers(this.users), valuesOf(batch, range)),
        inner.query(endStanding(this.users), [...valuesOf(batch, range), batch.actor]) as Promise<
          [UndoCounts & { userIds: string[] }]
        >,
      );
      const { userIds, ...counts } = undone;
      if (userIds.length !== counts.standing) throw new UserNotWrittenError(userIds.length, counts.standing);
      if (userIds.length > 0) await announce(inner, userIds);
      return counts;
    });
  }
}

function valuesOf({ id, now }: ImportBatch, { after, last }: EventRange): unknown[] {
  return [String(after), String(last), `${IMPORT_KEY}${id}:`, now];
}
