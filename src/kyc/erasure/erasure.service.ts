import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource, type EntityManager } from 'typeorm';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { JobQueue } from '../../jobs/job-queue.ts';
import { orUnknownUser, UnknownUserError } from '../../users/user-errors.ts';
import { IdempotencyKeyRepository } from '../idempotency/idempotency-key.repository.ts';
import type { ErasureEntity } from '../store/erasure.entity.ts';
import { ErasureRepository, type RequestOfUser } from '../store/erasure.repository.ts';
import { announce } from '../store/status-channel.ts';
import { ErasurePreparationService, type Requester } from './erasure-preparation.service.ts';

export interface ErasureRequest {
  requestId: string;
  requestedAt: Date;
  sessions: number;
  events: number;
}

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
  async eraseUser(
    userId: string,
    requester: Requester,
    now: Date,
    newRequestId = randomUUID() as string,
  ): Promise<ErasureRequest> {
    const request = await orUnknownUser(
      this.dataSource.transaction((manager) => this.erase(manager, userId, requester, now, newRequestId)),
    );
    const { requestId } = request;
    this.logger.log({ event: 'kyc.erasure_requested', userId, requestId, by: nameOf(requester) });
    return request;
  }

  /**
   * Erases the data that a restored backup has brought back. Does nothing and returns null if the database has the
   * evidence of the request, because the user may have started again since then.
   * @throws the errors of `eraseUser`
   */
  async repeatErasure(
    userId: string,
    requestId: string,
    requester: Requester,
    now: Date,
  ): Promise<ErasureRequest | null> {
    if ((await this.listByRequest(requestId)).length > 0) return null;
    return this.eraseUser(userId, requester, now, requestId);
  }

  listRequestsSince(since: Date): Promise<RequestOfUser[]> {
    return this.erasures.findRequestsSince(this.dataSource.manager, since);
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
    newRequestId: string,
  ): Promise<ErasureRequest> {
    const prepared = await this.preparation.prepare(manager, givenId, requester, this.keepsDecision, now);
    const { userId, sessions, lost, hasData } = prepared;
    const latest = await this.erasures.findLatestRequest(manager, userId);
    if (!prepared.isUser && !hasData && latest === null) {
      throw new UnknownUserError('neither a row of users nor any verification data');
    }
    await this.idempotencyKeys.deleteByUser(manager, [givenId, userId]);
    if (latest !== null && !hasData) {
      return { requestId: latest.requestId, requestedAt: latest.requestedAt, sessions: 0, events: 0 };
    }

    const { requestId, requestedAt } =
      latest?.isPending === true ? latest : { requestId: newRequestId, requestedAt: now };
    const erasure = { requestId, userId, requestedBy: nameOf(requester), now };
    const ids = await this.erasures.insertEvidence(manager, erasure, sessions, lost);
    await this.jobs.add(
      manager,
      'erasure',
      ids.map((erasureId) => ({ erasureId })),
    );
    const erased = await this.erasures.eraseOrAnonymizeUser(manager, userId, this.keepsDecision);
    await announce(manager, [userId]);
    return { requestId, requestedAt, ...erased };
  }
}

function nameOf(requester: Requester): string {
  return requester.kind === 'user' ? 'user' : requester.name;
}
