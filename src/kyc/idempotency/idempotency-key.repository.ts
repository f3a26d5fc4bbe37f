import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource } from 'typeorm';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { orUnknownUser } from '../../users/user-errors.ts';
import { IdempotencyKeyInUseError, IdempotencyKeyReusedError } from './idempotency-errors.ts';
import { openAnswer, sealAnswer } from './sealed-answer.ts';

/** Longer than any start takes; a process that died frees its keys by it. */
const LEASE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Expired keys that each new one takes along. */
const SWEPT_IN_PASSING = 20;

/** One request under a key: who asks, and what for. */
export interface KeyedRequest {
  readonly userId: string;
  readonly key: string;
  /** Tells one request from another; see payloadOf(). */
  readonly payload: string;
}

export interface FirstAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** The right to answer a request, until the lease is over. */
export interface Claim extends KeyedRequest {
  readonly leaseUntil: Date;
}

interface Row {
  payload_hash: Buffer;
  answer_status: number | null;
  sealed_answer: string | null;
}

/** The table of keys. Every method is one statement or a few, and none is in a transaction. */
@Injectable()
export class IdempotencyKeys {
  private readonly lifetimeMs: number;

  constructor(
    private readonly dataSource: DataSource,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.lifetimeMs = config.get('kyc', { infer: true }).idempotencyHours * HOUR_MS;
  }

  /**
   * Whether this is the first request with the key. If it is, the caller must `keep` its answer or `release` the key.
   *
   * @throws IdempotencyKeyReusedError where the key stands for another request
   * @throws IdempotencyKeyInUseError where the first has no answer yet
   * @throws UnknownUserError where no column could hold the user's id
   */
  async claim(request: KeyedRequest, now: Date): Promise<{ claim: Claim } | { answer: FirstAnswer }> {
    await this.deleteExpired(now, SWEPT_IN_PASSING);
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    if (await this.take(request, leaseUntil, now)) return { claim: { ...request, leaseUntil } };
    const row = await this.find(request);
    // Released since: whoever asks again will get it.
    if (row === undefined) throw new IdempotencyKeyInUseError('the key has just been released');
    if (!row.payload_hash.equals(sha256(request.payload))) {
      throw new IdempotencyKeyReusedError('the payload is another one');
    }
    if (row.answer_status === null || row.sealed_answer === null) {
      throw new IdempotencyKeyInUseError('the first request is running');
    }
    const body = await openAnswer(request.userId, request.key, row.sealed_answer);
    return { answer: { status: row.answer_status, body } };
  }

  /** Keeps the answer for whoever repeats the request. Does nothing where the lease was over and another has the key. */
  async keep({ userId, key, leaseUntil }: Claim, { status, body }: FirstAnswer): Promise<void> {
    const sealed = await sealAnswer(userId, key, body);
    await this.dataSource.query(
      `UPDATE kyc_idempotency_keys SET answer_status = $4, sealed_answer = $5, lease_until = NULL
       WHERE user_id = $1 AND key_hash = $2 AND lease_until = $3`,
      [userId, keyHash(userId, key), leaseUntil, status, sealed],
    );
  }

  /** As if the key had never been used. */
  async release({ userId, key, leaseUntil }: Claim): Promise<void> {
    await this.dataSource.query(
      `DELETE FROM kyc_idempotency_keys WHERE user_id = $1 AND key_hash = $2 AND lease_until = $3`,
      [userId, keyHash(userId, key), leaseUntil],
    );
  }

  /** Deletes so many at most, oldest first, and says how many there were. Never waits for another who does the same. */
  async deleteExpired(now: Date, limit: number): Promise<number> {
    const [, deleted] = (await this.dataSource.query(
      `DELETE FROM kyc_idempotency_keys WHERE (user_id, key_hash) IN (
         SELECT user_id, key_hash FROM kyc_idempotency_keys WHERE expires_at <= $1
         ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
       )`,
      [now, limit],
    )) as [unknown, number];
    return deleted;
  }

  /** Takes a key that nobody has, that has expired, or whose holder's lease is over. */
  private async take({ userId, key, payload }: KeyedRequest, leaseUntil: Date, now: Date): Promise<boolean> {
    const insert = this.dataSource.query(
      `INSERT INTO kyc_idempotency_keys AS taken
         (user_id, key_hash, payload_hash, created_at, expires_at, lease_until)
       VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (user_id, key_hash) DO UPDATE SET
         payload_hash = EXCLUDED.payload_hash, created_at = EXCLUDED.created_at,
         expires_at = EXCLUDED.expires_at, lease_until = EXCLUDED.lease_until,
         answer_status = NULL, sealed_answer = NULL
       WHERE taken.expires_at <= $4 OR taken.lease_until <= $4
       RETURNING 1`,
      [
        userId,
        keyHash(userId, key),
        sha256(payload),
        now,
        new Date(now.getTime() + this.lifetimeMs),
        leaseUntil,
      ],
    ) as Promise<unknown[]>;
    return (await orUnknownUser(insert)).length > 0;
  }

  private async find({ userId, key }: KeyedRequest): Promise<Row | undefined> {
    const rows: Row[] = await this.dataSource.query(
      `SELECT payload_hash, answer_status, sealed_answer FROM kyc_idempotency_keys
       WHERE user_id = $1 AND key_hash = $2`,
      [userId, keyHash(userId, key)],
    );
    return rows[0];
  }
}

/** One user's key is not to be told from another's by its hash, even if both are the same. */
function keyHash(userId: string, key: string): Buffer {
  return sha256(JSON.stringify([userId, key]));
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
