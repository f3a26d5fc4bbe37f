import { Injectable } from '@nestjs/common';
import { type EntityManager, IsNull } from 'typeorm';
import type { SessionName } from './attempt.repository.ts';
import { ErasureEntity } from './erasure.entity.ts';

export interface NewErasure {
  requestId: string;
  userId: string;
  requestedBy: string;
  now: Date;
}

export interface KnownRequest {
  requestId: string;
  requestedAt: Date;
  isPending: boolean;
}

export interface ErasedRows {
  sessions: number;
  events: number;
}

@Injectable()
export class ErasureRepository {
  findPending(manager: EntityManager): Promise<ErasureEntity[]> {
    return manager.find(ErasureEntity, { where: { erasedAt: IsNull() }, order: { requestedAt: 'ASC' } });
  }

  findPendingById(manager: EntityManager, id: string): Promise<ErasureEntity | null> {
    return manager.findOneBy(ErasureEntity, { id, erasedAt: IsNull() });
  }

  findByRequest(manager: EntityManager, requestId: string): Promise<ErasureEntity[]> {
    const order = { requestedAt: 'ASC', place: 'ASC' } as const;
    return manager.find(ErasureEntity, { where: { requestId }, order });
  }

  async findLatestRequest(manager: EntityManager, userId: string): Promise<KnownRequest | null> {
    const rows: KnownRequest[] = await manager.query(
      `SELECT request_id AS "requestId", min(requested_at) AS "requestedAt", bool_or(erased_at IS NULL) AS "isPending"
       FROM kyc_erasures WHERE user_id = $1
       GROUP BY request_id ORDER BY bool_or(erased_at IS NULL) DESC, min(requested_at) DESC LIMIT 1`,
      [userId],
    );
    return rows[0] ?? null;
  }

  /** Writes a row for the gateway, and a pending row for each provider session. Returns the ids of the pending rows. */
  async insertEvidence(
    manager: EntityManager,
    { requestId, userId, requestedBy, now }: NewErasure,
    sessions: readonly SessionName[],
  ): Promise<string[]> {
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
        sessions.map((session) => session.provider),
        sessions.map((session) => session.sessionId),
      ],
    );
    return rows.map((row) => row.id);
  }

  /**
   * `insertEvidence` must run first in the same transaction, because the database function rejects an erasure without
   * evidence (src/database/migrations/sql/erasure-functions.sql).
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

  /** The provider has erased the session, so the row drops the session's id as well. */
  async markErased(
    manager: EntityManager,
    id: string,
    done: { erasedAt: Date; finalAt: Date | null },
  ): Promise<void> {
    await manager.update(ErasureEntity, { id, erasedAt: IsNull() }, { ...done, providerSessionId: null });
  }
}
