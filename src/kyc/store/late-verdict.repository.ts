import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { UsersTable } from '../../database/users-table.ts';
import type { KycStatus } from '../../users/kyc-status.ts';
import { type Verdict, VERDICTS } from '../domain/outcome.ts';
import type { RejectionReason } from '../domain/rejection-reason.ts';
import { statusOf } from '../domain/user-status.ts';
import type { AppendedEvent } from './ledger.repository.ts';

/** The user can no longer follow a request to submit again, because the session has been replaced. */
export type LateOutcome = Exclude<Verdict, 'resubmission_requested'>;

export interface LateVerdict {
  eventId: string;
  /** The id as PostgreSQL prints it. */
  userId: string;
  kycStatus: KycStatus;
  provider: string;
  sessionId: string;
  outcome: LateOutcome;
  reason: RejectionReason | null;
  occurredAt: Date | null;
  receivedAt: Date;
}

/** `outdated`: it is not in the list, because the status agrees, or the provider or an operator has decided since. */
export type LateVerdictState = 'open' | 'accepted' | 'erased' | 'outdated';

const OUTCOMES = ['in_review', 'approved', 'declined'] as const satisfies readonly LateOutcome[];
const STATUS = `CASE e.outcome ${OUTCOMES.map((word) => `WHEN '${word}' THEN '${statusOf(word)}'`).join(' ')} END`;
const ANY_VERDICT = `(${VERDICTS.map((word) => `'${word}'`).join(', ')})`;
const timeOf = (event: string) =>
  `coalesce(CASE WHEN ${event}.occurred_at IS NOT NULL THEN least(${event}.occurred_at, ${event}.received_at) END, '-infinity')`;
const IS_ERASED = `s.provider_session_id LIKE 'erased:%'`;

const from = ({ sql, id }: UsersTable) => `
  FROM kyc_late_verdicts l
  JOIN kyc_events e ON e.id = l.event_id
  JOIN kyc_sessions s ON s.provider = e.provider AND s.provider_session_id = e.provider_session_id
  JOIN ${sql} u ON u.${id} = s.user_id`;

/** The provider's verdicts about the session before or after `e`, in the order in which they count. */
const verdictsOfSession = (comparison: '<' | '>') => `
  FROM kyc_events o
  WHERE o.provider = e.provider AND o.provider_session_id = e.provider_session_id AND NOT o.is_refused
    AND (o.reference IS NULL OR o.reference = s.user_id::text)
    AND o.outcome IN ${ANY_VERDICT} AND o.source IN ('webhook', 'poll')
    AND (${timeOf('o')}, o.id) ${comparison} (${timeOf('e')}, e.id)`;

/** A repeated verdict is the one that the ledger contained already. An operator has seen what arrived before. */
const IS_OPEN = `(
  NOT ${IS_ERASED} AND u.kyc_status <> ${STATUS}
  AND (SELECT o.outcome ${verdictsOfSession('<')} ORDER BY ${timeOf('o')} DESC, o.id DESC LIMIT 1) IS DISTINCT FROM e.outcome
  AND NOT EXISTS (SELECT ${verdictsOfSession('>')} AND o.outcome <> e.outcome)
  AND NOT EXISTS (
    SELECT FROM kyc_sessions a
    JOIN kyc_events d ON d.provider = a.provider AND d.provider_session_id = a.provider_session_id
    WHERE a.user_id = s.user_id AND d.source = 'operator' AND d.outcome IN ${ANY_VERDICT} AND d.id > e.id))`;

const COLUMNS = `e.id::text AS "eventId", s.user_id::text AS "userId", u.kyc_status AS "kycStatus", e.provider,
  e.provider_session_id AS "sessionId", e.outcome, e.reason, e.occurred_at AS "occurredAt",
  e.received_at AS "receivedAt"`;

/** The table kyc_late_verdicts. It names verdicts of replaced attempts, so that the list need not search the ledger. */
@Injectable()
export class LateVerdictRepository {
  constructor(private readonly users: UsersTable) {}

  /** The caller holds the users' locks. */
  async insert(
    manager: EntityManager,
    events: readonly Pick<AppendedEvent, 'provider' | 'eventKey'>[],
  ): Promise<void> {
    if (events.length === 0) return;
    await manager.query(
      `INSERT INTO kyc_late_verdicts (event_id)
       SELECT e.id FROM unnest($1::text[], $2::text[]) AS n (provider, event_key)
       JOIN kyc_events e ON e.provider = n.provider AND e.event_key = n.event_key
       WHERE e.outcome = ANY($3::text[])`,
      [events.map(({ provider }) => provider), events.map(({ eventKey }) => eventKey), OUTCOMES],
    );
  }

  /**
   * Returns the newest open verdicts, before the event `before` if it is given. Open: the status of the user differs,
   * and neither the provider of the session nor an operator has decided otherwise since.
   */
  async listPage(manager: EntityManager, limit: number, before?: string): Promise<LateVerdict[]> {
    return manager.query(
      `SELECT ${COLUMNS} ${from(this.users)}
       WHERE ($2::bigint IS NULL OR l.event_id < $2) AND ${IS_OPEN}
       ORDER BY l.event_id DESC LIMIT $1`,
      [limit, before ?? null],
    );
  }

  /**
   * Returns null if the event is no late verdict, or is deleted. The state is final only under the lock of the user.
   *
   * @param acceptedKey the key of the event with which an operator accepts this verdict
   */
  async find(
    manager: EntityManager,
    eventId: string,
    acceptedKey: string,
  ): Promise<(LateVerdict & { state: LateVerdictState }) | null> {
    const [found]: (LateVerdict & { state: LateVerdictState })[] = await manager.query(
      `SELECT ${COLUMNS},
              CASE WHEN ${IS_ERASED} THEN 'erased'
                   WHEN EXISTS (
                     SELECT FROM kyc_sessions a
                     JOIN kyc_events d ON d.provider = a.provider AND d.event_key = $2
                     WHERE a.user_id = s.user_id) THEN 'accepted'
                   WHEN ${IS_OPEN} THEN 'open' ELSE 'outdated' END AS state
       ${from(this.users)} WHERE l.event_id = $1`,
      [eventId, acceptedKey],
    );
    return found ?? null;
  }
}
