import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import { DataSource, type EntityManager, IsNull } from 'typeorm';
import type { GatewayConfig } from '../../config/gateway.config.ts';
import { JobQueue } from '../../jobs/job-queue.ts';
import { orUnknownUser, UnknownUserError } from '../../users/user-errors.ts';
import { UserRepository } from '../../users/user.repository.ts';
import { LedgerRepository } from '../store/ledger.repository.ts';
import { announce } from '../store/status-channel.ts';
import { type Asker, nameOf } from './asker.ts';
import { latestRequestOf, record, spelledOut, tracesOf } from '../store/erasure.repository.ts';
import { ErasureEntity } from '../store/erasure.entity.ts';
import { OpenSessions } from './open-sessions.ts';

export interface ErasureRequest {
  requestId: string;
  /** When it was asked for first. */
  requestedAt: Date;
  /** What this very call has erased here. */
  sessions: number;
  events: number;
}

/** The use case: a user's verification data goes, here at once, and at the providers as soon as they let us. */
@Injectable()
export class ErasureService {
  private readonly logger = new Logger(ErasureService.name);
  private readonly keepsDecision: boolean;

  constructor(
    private readonly dataSource: DataSource,
    private readonly ledger: LedgerRepository,
    private readonly openSessions: OpenSessions,
    private readonly users: UserRepository,
    private readonly jobs: JobQueue,
    config: ConfigService<GatewayConfig, true>,
  ) {
    this.keepsDecision = config.get('kyc', { infer: true }).erasureKeepsDecision;
  }

  /**
   * One transaction: open sessions end, the evidence and a job for each session at a provider are written, and what
   * names the user there goes. Asked again while that is not complete, or when there is nothing new, it is the same
   * request.
   *
   * @throws UnknownUserError where there is neither such a user nor anything of his
   * @throws StartInProgressError while a session is being opened: whoever asks again in a second succeeds
   */
  async request(userId: string, by: Asker, now: Date): Promise<ErasureRequest> {
    const done = await orUnknownUser(
      this.dataSource.transaction((manager) => this.erase(manager, userId, by, now)),
    );
    const { requestId } = done;
    this.logger.log({ event: 'kyc.erasure_requested', userId, requestId, by: nameOf(by) });
    return done;
  }

  /** What is not erased yet at some place, the oldest first. */
  open(): Promise<ErasureEntity[]> {
    return this.dataSource.manager.find(ErasureEntity, {
      where: { erasedAt: IsNull() },
      order: { requestedAt: 'ASC' },
    });
  }

  /** Everything that was and is to be done for a request. */
  rowsOf(requestId: string): Promise<ErasureEntity[]> {
    return this.dataSource.manager.find(ErasureEntity, {
      where: { requestId },
      order: { requestedAt: 'ASC', place: 'ASC' },
    });
  }

  private async erase(
    manager: EntityManager,
    askedFor: string,
    by: Asker,
    now: Date,
  ): Promise<ErasureRequest> {
    await this.ledger.blockAppends(manager);
    const userId = await spelledOut(manager, askedFor);
    const ended = await this.openSessions.end(manager, userId, by, now);
    const user = await this.users.lock(manager, userId);
    await this.openSessions.requireNoOther(manager, userId, ended, now);

    const traces = await tracesOf(manager, userId, this.keepsDecision);
    const known = await latestRequestOf(manager, userId);
    if (user === null && !traces.areThere && known === null) {
      throw new UnknownUserError('neither a row of users nor anything of his');
    }
    await this.forgetKeys(manager, [askedFor, userId]);
    if (known !== null && !traces.areThere) return { ...known, sessions: 0, events: 0 };

    const requestId = known?.isOpen === true ? known.requestId : randomUUID();
    const request = { requestId, userId, requestedBy: nameOf(by), now };
    const ids = await record(manager, request, traces.places);
    await this.jobs.add(
      manager,
      'erasure',
      ids.map((erasureId) => ({ erasureId })),
    );
    const [erased] = (await manager.query(`SELECT sessions, events FROM kyc_erase_user($1, $2)`, [
      userId,
      this.keepsDecision,
    ])) as [{ sessions: number; events: number }];
    await announce(manager, [userId]);
    const requestedAt = known?.isOpen === true ? known.requestedAt : now;
    return { requestId, requestedAt, ...erased };
  }

  /** The answers to his starts that are kept for repetition. */
  private async forgetKeys(manager: EntityManager, spellings: readonly string[]): Promise<void> {
    await manager.query(`DELETE FROM kyc_idempotency_keys WHERE user_id = ANY ($1)`, [spellings]);
  }
}
