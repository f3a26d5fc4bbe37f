import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { orUnknownUser } from '../../users/user-errors.ts';

export interface KeyName {
  userId: string;
  keyHash: Buffer;
}

export interface NewKey extends KeyName {
  payloadHash: Buffer;
  createdAt: Date;
  expiresAt: Date;
  leaseUntil: Date;
}

export interface IdempotencyKeyRow {
  payloadHash: Buffer;
  /** Status and encrypted body are null while the first request is running. */
  status: number | null;
  sealedBody: string | null;
}

@Injectable()
export class IdempotencyKeyRepository {
  /**
   * Takes a new key, an expired key or a key whose lease has expired. Returns false for any other key.
   * @throws UnknownUserError if PostgreSQL cannot store the user id as text
   */
  async acquireLease(manager: EntityManager, key: NewKey): Promise<boolean> {
    const insert = manager.query(
      `INSERT INTO kyc_idempotency_keys AS existing
         (user_id, key_hash, payload_hash, created_at, expires_at, lease_until)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (user_id, key_hash) DO UPDATE SET
         payload_hash = EXCLUDED.payload_hash, created_at = EXCLUDED.created_at,
         expires_at = EXCLUDED.expires_at, lease_until = EXCLUDED.lease_until,
         answer_status = NULL, sealed_answer = NULL
       WHERE existing.expires_at <= $4 OR existing.lease_until <= $4
       RETURNING 1`,
      [key.userId, key.keyHash, key.payloadHash, key.createdAt, key.expiresAt, key.leaseUntil],
    ) as Promise<unknown[]>;
    return (await orUnknownUser(insert)).length > 0;
  }

  async find(manager: EntityManager, { userId, keyHash }: KeyName): Promise<IdempotencyKeyRow | null> {
    const rows: IdempotencyKeyRow[] = await manager.query(
      `SELECT payload_hash AS "payloadHash", answer_status AS status, sealed_answer AS "sealedBody"
       FROM kyc_idempotency_keys WHERE user_id = $1 AND key_hash = $2`,
      [userId, keyHash],
    );
    return rows[0] ?? null;
  }

  /** Changes nothing if another request has acquired the lease of the key. */
  async storeResponse(
    manager: EntityManager,
    { userId, keyHash }: KeyName,
    leaseUntil: Date,
    response: { status: number; sealedBody: string },
  ): Promise<void> {
    await manager.query(
      `UPDATE kyc_idempotency_keys SET answer_status = $4, sealed_answer = $5, lease_until = NULL
       WHERE user_id = $1 AND key_hash = $2 AND lease_until = $3`,
      [userId, keyHash, leaseUntil, response.status, response.sealedBody],
    );
  }

  /** Changes nothing if another request has acquired the lease of the key. */
  async release(manager: EntityManager, { userId, keyHash }: KeyName, leaseUntil: Date): Promise<void> {
    await manager.query(
      `DELETE FROM kyc_idempotency_keys WHERE user_id = $1 AND key_hash = $2 AND lease_until = $3`,
      [userId, keyHash, leaseUntil],
    );
  }

  /** The table may contain the user id in more than one spelling. */
  async deleteByUser(manager: EntityManager, spellings: readonly string[]): Promise<void> {
    await manager.query(`DELETE FROM kyc_idempotency_keys WHERE user_id = ANY ($1)`, [spellings]);
  }

  /** Returns the number of deleted keys. Skips rows that another call is deleting. */
  async deleteExpired(manager: EntityManager, now: Date, limit: number): Promise<number> {
    const [, deleted] = (await manager.query(
      `DELETE FROM kyc_idempotency_keys WHERE (user_id, key_hash) IN (
         SELECT user_id, key_hash FROM kyc_idempotency_keys WHERE expires_at <= $1
         ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
       )`,
      [now, limit],
    )) as [unknown, number];
    return deleted;
  }
}
