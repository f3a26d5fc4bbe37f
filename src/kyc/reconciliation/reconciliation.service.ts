import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { DomainError } from '../../common/domain-error.ts';
import { Metrics } from '../../metrics/metrics.ts';
import { ProviderUnavailableError } from '../providers/provider-errors.ts';
import { ProviderService } from '../providers/provider.service.ts';
import { ReadBudget } from '../providers/read-budget.ts';
import type { StoredPhase } from '../store/attempt.entity.ts';
import { AttemptRepository, type Selection } from '../store/attempt.repository.ts';
import type { Attempt } from '../store/attempt.ts';
import { AttemptReconciler } from './attempt-reconciler.ts';

/** A run happens every minute. It leaves a third of the smallest budget to lookups and erasures. */
const MAX_PER_RUN = 100;
const MAX_FOR_AN_OPERATOR = 100_000;
const MAX_FAILURES_IN_A_ROW = 3;

export interface ReconciledSession {
  userId: string;
  provider: string;
  sessionId: string | null;
  before: StoredPhase;
  after: StoredPhase;
  result: 'moved' | 'unchanged' | 'refused' | 'unavailable';
  /** The provider's error, without secrets or personal data. */
  reason: string | null;
}

export interface ReconcileOptions {
  signal?: AbortSignal;
  /** A command waits until the provider's budget allows a read. A scheduled run leaves the rest to the next run. */
  shouldWaitForBudget?: boolean;
  onReconciled?: (reconciled: ReconciledSession) => void;
}

@Injectable()
export class ReconciliationService {
  private readonly logger = new Logger(ReconciliationService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly attempts: AttemptRepository,
    private readonly reconciler: AttemptReconciler,
    private readonly providers: ProviderService,
    private readonly budget: ReadBudget,
    private readonly metrics: Metrics,
  ) {}

  /** Works on all providers in parallel, but on one attempt of each provider at a time. */
  async reconcile(
    selection: Selection,
    providers: readonly string[] = this.providers.names,
    options: ReconcileOptions = {},
  ): Promise<ReconciledSession[]> {
    const done = await Promise.all(providers.map((name) => this.reconcileAt(name, selection, options)));
    return done.flat();
  }

  private async reconcileAt(
    provider: string,
    selection: Selection,
    { signal, shouldWaitForBudget = false, onReconciled }: ReconcileOptions,
  ): Promise<ReconciledSession[]> {
    const limit = shouldWaitForBudget ? MAX_FOR_AN_OPERATOR : MAX_PER_RUN;
    const { manager } = this.dataSource;
    const done: ReconciledSession[] = [];
    let failures = 0;
    for (const attempt of await this.attempts.findToReconcile(manager, provider, selection, limit)) {
      if (signal?.aborted === true || failures === MAX_FAILURES_IN_A_ROW) break;
      if (!(await this.takeFromBudget(provider, shouldWaitForBudget, signal))) break;
      const reconciled = await this.reconcileAttempt(attempt);
      failures = reconciled.result === 'unavailable' ? failures + 1 : 0;
      onReconciled?.(reconciled);
      done.push(reconciled);
    }
    return done;
  }

  private async takeFromBudget(
    provider: string,
    shouldWaitForBudget: boolean,
    signal?: AbortSignal,
  ): Promise<boolean> {
    for (;;) {
      const waitMs = await this.budget.acquireOrDelayMs(provider, 'read');
      if (waitMs === 0) return true;
      if (!shouldWaitForBudget) return false;
      await pause(waitMs, undefined, { signal });
    }
  }

  private async reconcileAttempt(attempt: Attempt): Promise<ReconciledSession> {
    const { id, userId, phase: before, provider, providerSessionId: sessionId } = attempt;
    const failure = await this.failureOf(attempt);
    const after = (await this.attempts.findPhase(this.dataSource.manager, id)) ?? before;
    const result = failure?.result ?? (before === after ? 'unchanged' : 'moved');
    this.metrics.reconciled(provider, result);
    const reason = failure?.reason ?? null;
    const line = { event: 'kyc.reconciled', provider, attemptId: id, before, after, result };
    if (reason !== null) this.logger.warn({ ...line, reason });
    else if (result === 'moved') this.logger.log(line);
    return { userId, provider, sessionId, before, after, result, reason };
  }

  /**
   * Throws database errors, because a run cannot continue without the database. The next run starts from the same rows.
   */
  private async failureOf(attempt: Attempt): Promise<Pick<ReconciledSession, 'result' | 'reason'> | null> {
    try {
      await this.reconciler.readOrRecover(attempt);
      return null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const isUnavailable = error instanceof ProviderUnavailableError;
      if (isUnavailable && error.status === 429) {
        await this.budget.pause(attempt.provider, error.retryAfterSeconds);
      }
      return { result: isUnavailable ? 'unavailable' : 'refused', reason: error.message };
    }
  }
}
