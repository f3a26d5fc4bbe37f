import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import type { LostAttempt, SessionName } from './attempt.repository.ts';
import { AT_GATEWAY, ErasureEntity } from './erasure.entity.ts';

export interface NewErasure {
  requestId: string;
  userId: string;
  requestedBy: string;
  /** When the user or the operator requested it. With the request id, it identifies the erasure. */
  requestedAt: Date;
  erasedAt: Date;
}

export interface KnownRequest {
  requestId: string;
  requestedAt: Date;
  /** The time of its latest erasure. It differs if the user started again while the request was pending. */
  latestRequestedAt: Date;
  isPending: boolean;
}

/** One erasure in the gateway. A request that was repeated while it was pending has several, at different times. */
export interface LoggedErasure {
  userId: string;
  requestId: string;
  requestedAt: Date;
  by: string;
}

/** Longer than the call to a provider, so that a start waits for every call that is still running. */
const LEASE_MS = 30_000;

export interface ErasedRows {
  sessions: number;
  events: number;
}

const NOT_LOST = { attemptId: null, redirectUrl: null, openedAt: null };
const NOTHING_LEFT = { ...NOT_LOST, providerSessionId: null, leasedUntil: null };

@Injectable()
export class ErasureRepository {
  findPending(manager: EntityManager): Promise<ErasureEntity[]> {
    return manager.find(ErasureEntity, { where: { erasedAt: IsNull() }, order: { requestedAt: 'ASC' } });
  }

  async countPending(
    manager: EntityManager,
    overdueBefore: Date,
  ): Promise<{ pending: number; overdue: number }> {
    const rows: [{ pending: number; overdue: number }] = await manager.query(
      `SELECT count(*)::int AS pending, count(*) FILTER (WHERE requested_at < $1)::int AS overdue
       FROM kyc_erasures WHERE erased_at IS NULL`,
      [overdueBefore],
    );
    return rows[0];
  }

  findPendingById(manager: EntityManager, id: string): Promise<ErasureEntity | null> {
    return manager.findOneBy(ErasureEntity, { id, erasedAt: IsNull() });
  }

  findByRequest(manager: EntityManager, requestId: string): Promise<ErasureEntity[]> {
    const order = { requestedAt: 'ASC', place: 'ASC' } as const;
    return manager.find(ErasureEntity, { where: { requestId }, order });
  }

  hasEvidence(manager: EntityManager, requestId: string, requestedAt: Date): Promise<boolean> {
    return manager.existsBy(ErasureEntity, { requestId, requestedAt, place: AT_GATEWAY });
  }

  findErasuresSince(manager: EntityManager, since: Date): Promise<LoggedErasure[]> {
    return manager.query(
      `SELECT user_id::text AS "userId", request_id AS "requestId", requested_at AS "requestedAt",
              requested_by AS "by"
       FROM kyc_erasures WHERE place = 'gateway' AND requested_at >= $1 ORDER BY requested_at`,
      [since],
    );
  }

  async findLatestRequest(manager: EntityManager, userId: string): Promise<KnownRequest | null> {
    const rows: KnownRequest[] = await manager.query(
      `SELECT request_id AS "requestId", min(requested_at) AS "requestedAt",
              max(requested_at) AS "latestRequestedAt", bool_or(erased_at IS NULL) AS "isPending"
       FROM kyc_erasures WHERE user_id = $1
       GROUP BY request_id ORDER BY bool_or(erased_at IS NULL) DESC, min(requested_at) DESC LIMIT 1`,
      [userId],
    );
    return rows[0] ?? null;
  }

  /**
   * Writes a row for the gateway, and a pending row for each provider session and each lost attempt. Returns the ids of
   * the pending rows.
   */
  async insertEvidence(
    manager: EntityManager,
    { requestId, userId, requestedBy, requestedAt, erasedAt }: NewErasure,
    sessions: readonly SessionName[],
    lost: readonly LostAttempt[],
  ): Promise<string[]> {
    await manager.query(
      `INSERT INTO kyc_erasures (request_id, user_id, place, requested_at, requested_by, erased_at, final_at)
       VALUES ($1, $2, 'gateway', $3, $4, $5, $5)`,
      [requestId, userId, requestedAt, requestedBy, erasedAt],
    );
    const places = [...sessions.map((session) => ({ ...NOT_LOST, ...session })), ...lost];
    const rows: { id: string }[] = await manager.query(
      `INSERT INTO kyc_erasures (request_id, user_id, place, provider_session_id, session_hash, requested_at,
                                 requested_by, attempt_id, redirect_url, opened_at)
       SELECT $1, $2, p.place, p.session_id, kyc_hash(p.place || ':' || p.session_id), $3, $4,
              p.attempt_id, p.redirect_url, p.opened_at
       FROM unnest($5::text[], $6::text[], $7::uuid[], $8::text[], $9::timestamptz[])
         AS p (place, session_id, attempt_id, redirect_url, opened_at)
       RETURNING id`,
      [
        requestId,
        userId,
        requestedAt,
        requestedBy,
        places.map((place) => place.provider),
        places.map((place) => place.sessionId),
        places.map((place) => place.attemptId),
        places.map((place) => place.redirectUrl),
        places.map((place) => place.openedAt),
      ],
    );
    return rows.map((row) => row.id);
  }

  /**
   * `insertEvidence` must run first in the same transaction, because the database function rejects an erasure without
   * evidence (src/database/migrations/sql/users-table-functions.sql).
   */
  async eraseOrAnonymizeUser(
    manager: EntityManager,
    userId: string,
    keepsDecision: boolean,
  ): Promise<ErasedRows> {
    const [erased] = (await manager.query(`SELECT sessions, events FROM kyc_erase_user($1, $2)`, [
      userId,
      keepsDecision,
    ])) as [ErasedRows];
    return erased;
  }

  /** Until the lease ends, the user cannot start at this provider. The caller holds the user's lock. */
  async acquireLease(manager: EntityManager, id: string, now: Date): Promise<void> {
    const leasedUntil = new Date(now.getTime() + LEASE_MS);
    await manager.update(ErasureEntity, { id, erasedAt: IsNull() }, { leasedUntil });
  }

  async releaseLease(manager: EntityManager, id: string): Promise<void> {
    await manager.update(ErasureEntity, { id }, { leasedUntil: null });
  }

  /** Whether a worker may be making the provider erase all data of the user. The caller holds the user's lock. */
  async isLeasedAt(manager: EntityManager, userId: string, provider: string, now: Date): Promise<boolean> {
    const [row] = (await manager.query(
      `SELECT EXISTS (
         SELECT FROM kyc_erasures
         WHERE user_id = $1 AND place = $2 AND leased_until > $3 AND erased_at IS NULL) AS "isFound"`,
      [userId, provider, now],
    )) as [{ isFound: boolean }];
    return row.isFound;
  }

  /** Stores the session that the provider found for a lost attempt, and erases what the ledger contains of it. */
  async recordRecovered(manager: EntityManager, id: string, sessionId: string): Promise<void> {
    await manager.query(`SELECT kyc_record_recovered_session($1, $2)`, [id, sessionId]);
  }

  /** The provider has erased the session, so the evidence drops everything that leads to it. */
  async markErased(
    manager: EntityManager,
    id: string,
    done: { erasedAt: Date; finalAt: Date | null },
  ): Promise<void> {
    await manager.update(ErasureEntity, { id, erasedAt: IsNull() }, { ...done, ...NOTHING_LEFT });
  }
}
