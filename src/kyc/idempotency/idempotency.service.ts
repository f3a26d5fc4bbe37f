import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource } from 'typeorm';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { IdempotencyKeyInUseError, IdempotencyKeyReusedError } from './idempotency-errors.ts';
import { IdempotencyKeyRepository, type KeyName } from './idempotency-key.repository.ts';
import { sealResponse, type StoredResponse, unsealResponse } from './stored-response.ts';

/** Longer than any start. After a crash, the key can be used again when the lease expires. */
const LEASE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Each new key deletes this many expired keys, so that the table stays small between the runs of retention. */
const EXPIRED_PER_CLAIM = 20;

export interface KeyedRequest {
  readonly userId: string;
  readonly key: string;
  readonly payload: string;
}

export interface Claim extends KeyedRequest {
  readonly leaseUntil: Date;
}

/**
 * Each method commits on its own, outside of any transaction, because a request with the key must see the claim at
 * once.
 */
@Injectable()
export class IdempotencyService {
  private readonly lifetimeMs: number;

  constructor(
    private readonly dataSource: DataSource,
    private readonly keys: IdempotencyKeyRepository,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.lifetimeMs = config.get('kyc', { infer: true }).idempotencyHours * HOUR_MS;
  }

  /**
   * Returns a claim for the first request with the key, and the stored response for a repeated request. The caller must
   * end a claim with `storeResponse` or `release`.
   * @throws IdempotencyKeyReusedError if the key belongs to another request
   * @throws IdempotencyKeyInUseError if the first request has no response yet
   * @throws UnknownUserError if PostgreSQL cannot store the user id
   */
  async claim(request: KeyedRequest, now: Date): Promise<{ claim: Claim } | { response: StoredResponse }> {
    const { manager } = this.dataSource;
    await this.keys.deleteExpired(manager, now, EXPIRED_PER_CLAIM);
    const name = nameOf(request);
    const payloadHash = sha256(request.payload);
    const leaseUntil = new Date(now.getTime() + LEASE_MS);
    const expiresAt = new Date(now.getTime() + this.lifetimeMs);
    const key = { ...name, payloadHash, createdAt: now, expiresAt, leaseUntil };
    if (await this.keys.acquireLease(manager, key)) return { claim: { ...request, leaseUntil } };

    const row = await this.keys.find(manager, name);
    if (row === null) throw new IdempotencyKeyInUseError('the key has just been released');
    if (!row.payloadHash.equals(payloadHash)) throw new IdempotencyKeyReusedError('the payload differs');
    if (row.status === null || row.sealedBody === null) {
      throw new IdempotencyKeyInUseError('the first request is running');
    }
    const body = await unsealResponse(request.userId, request.key, row.sealedBody);
    return { response: { status: row.status, body } };
  }

  /** Changes nothing if the lease has expired and another request has acquired it. */
  async storeResponse(claim: Claim, { status, body }: StoredResponse): Promise<void> {
    const sealedBody = await sealResponse(claim.userId, claim.key, body);
    const response = { status, sealedBody };
    await this.keys.storeResponse(this.dataSource.manager, nameOf(claim), claim.leaseUntil, response);
  }

  async release(claim: Claim): Promise<void> {
    await this.keys.release(this.dataSource.manager, nameOf(claim), claim.leaseUntil);
  }
}

/** The hash includes the user id, so that the same key has different hashes for two users. */
function nameOf({ userId, key }: KeyedRequest): KeyName {
  return { userId, keyHash: sha256(JSON.stringify([userId, key])) };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
