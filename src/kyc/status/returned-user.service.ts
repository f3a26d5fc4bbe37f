import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { reasonOf } from '../../common/reason-of.ts';
import { PostponedJobError } from '../../jobs/job-queue.ts';
import { ProviderJobService } from '../providers/provider-job.service.ts';
import { ProviderService } from '../providers/provider.service.ts';
import { ReadBudget } from '../providers/read-budget.ts';
import { CallTime } from '../sessions/call-time.ts';
import { ProviderSessionService } from '../sessions/provider-session.service.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import { isOpened } from '../store/attempt.ts';
import type { VerificationStatus } from './verification-status.service.ts';

/** How long a status request waits for the provider. */
const READ_MS = 4_000;

/**
 * Reads the session of a user who returns from a provider that does not report the submission. Without the read, the
 * user would be asked to continue until reconciliation reads the session.
 */
@Injectable()
export class ReturnedUserService {
  private readonly logger = new Logger(ReturnedUserService.name);
  /** Requests of one user that arrive during a read share it, so that a flood of them reads nothing more. */
  private readonly running = new Map<string, Promise<boolean>>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly attempts: AttemptRepository,
    private readonly sessions: ProviderSessionService,
    private readonly providers: ProviderService,
    private readonly jobs: ProviderJobService,
    private readonly budget: ReadBudget,
  ) {}

  /**
   * Does what reconciliation would do, and never rejects.
   *
   * @returns true if the session was read, so that the status may have changed
   */
  async readSession({ userId, nextAction, provider, sessionId }: VerificationStatus): Promise<boolean> {
    if (nextAction !== 'continue' || provider === null || !this.isSilent(provider)) return false;
    const running = this.running.get(userId);
    if (running !== undefined) return running;
    // A read that takes longer than the request waits still ends in the ledger.
    const read = this.read(userId, sessionId).finally(() => this.running.delete(userId));
    this.running.set(userId, read);
    return Promise.race([read, pause(READ_MS, false, { ref: false })]);
  }

  private isSilent(provider: string): boolean {
    return this.providers.has(provider) && !this.providers.definitionOf(provider).reportsSubmission;
  }

  private async read(userId: string, sessionId: string | null): Promise<boolean> {
    try {
      const attempts = await this.attempts.findNotOver(this.dataSource.manager, userId);
      const attempt = attempts.filter(isOpened).find((opened) => opened.providerSessionId === sessionId);
      if (attempt === undefined || !(await this.budget.acquireReturn(attempt.id))) return false;
      const calls = new CallTime(READ_MS, true);
      await this.jobs.run(attempt.provider, 'read', () => this.sessions.readIntoLedger(attempt, calls));
      return true;
    } catch (error) {
      if (error instanceof PostponedJobError) return false;
      this.logger.warn({ event: 'kyc.read_on_return_failed', userId, reason: reasonOf(error) });
      return false;
    }
  }
}
