import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { DomainError } from '../../common/domain-error.ts';
import { Metrics } from '../../metrics/metrics.ts';
import { ProviderUnavailableError } from '../providers/provider-errors.ts';
import { ProviderService } from '../providers/provider.service.ts';
import type { AttemptEntity, StoredPhase } from '../store/attempt.entity.ts';
import { ReadBudget } from './read-budget.ts';
import { SessionChecker } from './session-checker.ts';
import { type Selection, SilentSessions } from './silent-sessions.ts';

/** No more than a minute's budget at a time: the next run goes on. */
const MOST_A_RUN = 150;
const MOST_FOR_AN_OPERATOR = 100_000;
/** Then the provider is left alone until the next run. */
const FAILURES_IN_A_ROW = 3;

/** What came of looking after one session. */
export interface Reconciled {
  userId: string;
  provider: string;
  /** The provider's id; null where none is known. */
  sessionId: string | null;
  before: StoredPhase;
  after: StoredPhase;
  result: 'moved' | 'unchanged' | 'refused' | 'unavailable';
  /** Why it was refused or unavailable, fit for a log. */
  reason: string | null;
}

export interface ReconcileOptions {
  signal?: AbortSignal;
  /** An operator waits until the provider's budget allows more; a run leaves the rest to the next one. */
  isPatient?: boolean;
  /** Told of each session as it is done. */
  onReconciled?: (reconciled: Reconciled) => void;
}

/**
 * Makes up for webhooks that never came: reads silent sessions at their providers, and enters the answers like any
 * other event.
 */
@Injectable()
export class ReconciliationService {
  private readonly logger = new Logger(ReconciliationService.name);

  constructor(
    private readonly sessions: SilentSessions,
    private readonly checker: SessionChecker,
    private readonly providers: ProviderService,
    private readonly budget: ReadBudget,
    private readonly metrics: Metrics,
  ) {}

  /** All providers side by side, the sessions of each one after the other. */
  async reconcile(
    selection: Selection,
    providers: readonly string[] = this.providers.names,
    options: ReconcileOptions = {},
  ): Promise<Reconciled[]> {
    const done = await Promise.all(providers.map((name) => this.reconcileAt(name, selection, options)));
    return done.flat();
  }

  private async reconcileAt(
    provider: string,
    selection: Selection,
    { signal, isPatient = false, onReconciled }: ReconcileOptions,
  ): Promise<Reconciled[]> {
    const limit = isPatient ? MOST_FOR_AN_OPERATOR : MOST_A_RUN;
    const done: Reconciled[] = [];
    let failures = 0;
    for (const session of await this.sessions.find(provider, selection, limit)) {
      if (signal?.aborted === true || failures === FAILURES_IN_A_ROW) break;
      if (!(await this.mayRead(provider, isPatient, signal))) break;
      const reconciled = await this.lookAfter(session);
      failures = reconciled.result === 'unavailable' ? failures + 1 : 0;
      onReconciled?.(reconciled);
      done.push(reconciled);
    }
    return done;
  }

  private async mayRead(provider: string, isPatient: boolean, signal?: AbortSignal): Promise<boolean> {
    for (;;) {
      const waitMs = await this.budget.take(provider);
      if (waitMs === 0) return true;
      if (!isPatient) return false;
      await pause(waitMs, undefined, { signal });
    }
  }

  private async lookAfter(session: AttemptEntity): Promise<Reconciled> {
    const { phase: before, provider, providerSessionId: sessionId } = session;
    const failure = await this.check(session);
    const after = await this.sessions.phaseOf(session);
    const result = failure?.result ?? (before === after ? 'unchanged' : 'moved');
    this.metrics.reconciled(provider, result);
    const reason = failure?.reason ?? null;
    const line = { event: 'kyc.reconciled', provider, attemptId: session.id, before, after, result };
    if (reason !== null) this.logger.warn({ ...line, reason });
    else if (result === 'moved') this.logger.log(line);
    return { userId: String(session.userId), provider, sessionId, before, after, result, reason };
  }

  /** A database that fails ends the run: the next one will find everything as it is. */
  private async check(session: AttemptEntity): Promise<Pick<Reconciled, 'result' | 'reason'> | null> {
    try {
      await this.checker.check(session);
      return null;
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      const isAway = error instanceof ProviderUnavailableError;
      return { result: isAway ? 'unavailable' : 'refused', reason: error.message };
    }
  }
}
