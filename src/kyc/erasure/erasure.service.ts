import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource, type EntityManager } from 'typeorm';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { JobQueue } from '../../jobs/job-queue.ts';
import { orUnknownUser, UnknownUserError } from '../../users/user-errors.ts';
import { IdempotencyKeyRepository } from '../idempotency/idempotency-key.repository.ts';
import type { ErasureEntity } from '../store/erasure.entity.ts';
import { ErasureRepository, type LoggedErasure } from '../store/erasure.repository.ts';
import { announce } from '../store/status-channel.ts';
import { ErasurePreparationService, type Requester } from './erasure-preparation.service.ts';

export interface ErasureRequest {
  requestId: string;
  /** When the request was made for the first time. */
  requestedAt: Date;
  /** When data was last erased for the request. With the request id, it identifies the erasure. */
  latestRequestedAt: Date;
  sessions: number;
  events: number;
}

export const ERASURE_EVENT = 'kyc.erasure_requested';

/** The length of `kyc_erasures.requested_by`. */
const MAX_REQUESTER_LENGTH = 255;

@Injectable()
export class ErasureService {
  private readonly logger = new Logger(ErasureService.name);
  private readonly keepsDecision: boolean;

  constructor(
    private readonly dataSource: DataSource,
    private readonly preparation: ErasurePreparationService,
    private readonly erasures: ErasureRepository,
    private readonly idempotencyKeys: IdempotencyKeyRepository,
    private readonly jobs: JobQueue,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.keepsDecision = config.get('kyc', { infer: true }).erasureKeepsDecision;
  }

  /**
   * Does everything in one transaction. Returns the earlier request while it is pending at a provider, or if there is
   * no new data.
   * @throws UnknownUserError if neither the user nor any data of the user exists
   * @throws StartInProgressError if a replica is opening a session; the caller can repeat the request after a second
   */
  async eraseUser(userId: string, requester: Requester, now: Date): Promise<ErasureRequest> {
    const request = await orUnknownUser(
      this.dataSource.transaction((manager) => this.erase(manager, userId, requester, now)),
    );
    this.logger.log(erasureLine(userId, requester, request));
    return request;
  }

  /**
   * Erases the data that a restored backup has brought back, and restores the evidence with its requester and its time,
   * also if no data is left. Does nothing and returns null if the database has the evidence, because the user may have
   * started again since then.
   * @throws StartInProgressError as `eraseUser`, or UnknownUserError if the id does not fit the type of users.id
   */
  async repeatErasure(erasure: LoggedErasure, operator: string, now: Date): Promise<ErasureRequest | null> {
    const { manager } = this.dataSource;
    if (await this.erasures.hasEvidence(manager, erasure.requestId, erasure.requestedAt)) return null;
    const requester = { kind: 'operator', name: operator } as const;
    return orUnknownUser(
      this.dataSource.transaction((inside) => this.erase(inside, erasure.userId, requester, now, erasure)),
    );
  }

  listSince(since: Date): Promise<LoggedErasure[]> {
    return this.erasures.findErasuresSince(this.dataSource.manager, since);
  }

  listPending(): Promise<ErasureEntity[]> {
    return this.erasures.findPending(this.dataSource.manager);
  }

  listByRequest(requestId: string): Promise<ErasureEntity[]> {
    return this.erasures.findByRequest(this.dataSource.manager, requestId);
  }

  private async erase(
    manager: EntityManager,
    givenId: string,
    requester: Requester,
    now: Date,
    repeated: LoggedErasure | null = null,
  ): Promise<ErasureRequest> {
    const prepared = await this.preparation.prepare(manager, givenId, requester, this.keepsDecision, now);
    const { userId, sessions, lost, hasData } = prepared;
    const latest = await this.erasures.findLatestRequest(manager, userId);
    if (repeated === null && !prepared.isUser && !hasData && latest === null) {
      throw new UnknownUserError('neither a row of users nor any verification data');
    }
    await this.idempotencyKeys.deleteByUser(manager, [givenId, userId]);
    if (repeated === null && latest !== null && !hasData) {
      const { requestId, requestedAt, latestRequestedAt } = latest;
      return { requestId, requestedAt, latestRequestedAt, sessions: 0, events: 0 };
    }

    const isJoined = repeated === null && latest?.isPending === true;
    const requestId = isJoined ? latest.requestId : (repeated?.requestId ?? randomUUID());
    const requestedAt = repeated?.requestedAt ?? now;
    const requestedBy = repeated === null ? nameOf(requester) : nameOfRepeated(repeated.by, requester);
    const erasure = { requestId, userId, requestedBy, requestedAt, erasedAt: now };
    const ids = await this.erasures.insertEvidence(manager, erasure, sessions, lost);
    await this.jobs.add(
      manager,
      'erasure',
      ids.map((erasureId) => ({ erasureId })),
    );
    const erased = await this.erasures.eraseOrAnonymizeUser(manager, userId, this.keepsDecision);
    await announce(manager, [userId]);
    const firstRequestedAt = isJoined ? latest.requestedAt : requestedAt;
    return { requestId, requestedAt: firstRequestedAt, latestRequestedAt: requestedAt, ...erased };
  }
}

/** The entry of the log. The command `erase` repeats an erasure from it after a backup was restored. */
export function erasureLine(userId: string, requester: Requester, request: ErasureRequest) {
  const { requestId, latestRequestedAt: requestedAt } = request;
  return { event: ERASURE_EVENT, userId, requestId, requestedAt, by: nameOf(requester) };
}

function nameOf(requester: Requester): string {
  return requester.kind === 'user' ? 'user' : requester.name;
}

/** The name of the operator who repeats is complete. */
function nameOfRepeated(by: string, repeater: Requester): string {
  const addition = ` (repeated by ${nameOf(repeater)})`;
  return by.slice(0, MAX_REQUESTER_LENGTH - addition.length) + addition;
}
