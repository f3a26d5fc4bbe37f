import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/clock.ts';
import { Metrics } from '../../metrics/metrics.ts';
import type { Outcome } from '../domain/outcome.ts';
import { isContinuable } from '../domain/session-state.ts';
import { endingEvent, inboxEvent } from '../inbox/inbox-event.ts';
import { InboxService } from '../inbox/inbox.service.ts';
import type { HostedSession, KycEvent } from '../providers/kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotFoundError,
  SessionNotResumableError,
} from '../providers/provider-errors.ts';
import { ProviderService } from '../providers/provider.service.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import type { OpenedAttempt } from '../store/attempt.ts';
import { CallTime } from './call-time.ts';
import { msUntilBelieved, NOT_FOUND } from './not-found.ts';

/** The provider rejects the gateway's own key or token. This says nothing about the session. */
const UNAUTHORIZED: readonly number[] = [401, 403];
const STILL_WAITING: readonly Outcome[] = ['started', 'resubmission_requested', 'noted', 'unknown'];

/** `moved`: the user has submitted everything. `waiting`: the session waits for the user. */
export type ReadResult = 'moved' | 'waiting' | 'not_found';

@Injectable()
export class ProviderSessionService {
  private readonly logger = new Logger(ProviderSessionService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly attempts: AttemptRepository,
    private readonly providers: ProviderService,
    private readonly inbox: InboxService,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  /**
   * Stores the end of a session that is over in the ledger, and then returns null.
   *
   * @throws ProviderUnavailableError also if it is in doubt whether the provider knows the session
   */
  async resume(
    attempt: OpenedAttempt,
    redirectUrl: string,
    calls = new CallTime(),
  ): Promise<HostedSession | null> {
    const provider = calls.forUseCase(this.providers.of(attempt.provider));
    const { providerSessionId: sessionId, resumeToken } = attempt;
    let failure: unknown;
    try {
      const request = { sessionId, resumeToken, redirectUrl, now: this.clock.now() };
      const hosted = await provider.resumeSession(request, calls.signal());
      await this.attempts.storeResumeData(this.dataSource.manager, attempt.id, hosted);
      await this.attempts.recordFound(this.dataSource.manager, attempt);
      return { ...hosted, expiresAt: hosted.expiresAt ?? attempt.expiresAt };
    } catch (error) {
      if (!isNotResumable(error)) throw error;
      failure = error;
    }
    // Without an event that ends the attempt, every later start would try to resume it again.
    const result = await this.readIntoLedger(attempt, calls);
    if (result === 'waiting' && isNotFound(failure)) {
      throw new ProviderUnavailableError(attempt.provider, 'the session was not found and then found');
    }
    await this.endIfContinuable(attempt, result, 'abandoned');
    return null;
  }

  /**
   * Reads a session whose time is over, and ends the attempt unless the provider reports that the user has finished.
   *
   * @throws ProviderUnavailableError if the provider cannot be read. Then the attempt has not ended.
   */
  async readOrExpire(attempt: OpenedAttempt, calls = new CallTime()): Promise<void> {
    await this.endIfContinuable(attempt, await this.readIntoLedger(attempt, calls), 'expired');
  }

  /**
   * The result enters the inbox as an event, as a webhook does.
   *
   * Resolves to `not_found` only if the provider has said so before, at least five minutes ago, because a provider in
   * maintenance or a wrong route answers 404 for sessions that exist. Until then rejects with ProviderUnavailableError.
   * The time of the first 404 is in `kyc_sessions.not_found_at`. A later success clears it.
   */
  async readIntoLedger(attempt: OpenedAttempt, calls = new CallTime()): Promise<ReadResult> {
    const readAt = this.clock.now();
    let event: KycEvent | null;
    try {
      const provider = calls.forUseCase(this.providers.of(attempt.provider));
      event = await provider.readDecision(attempt.providerSessionId, calls.signal());
    } catch (error) {
      if (!isNotFound(error)) throw error;
      await this.requireSecondNotFound(attempt, readAt);
      return 'not_found';
    }
    await this.attempts.recordFound(this.dataSource.manager, attempt);
    if (event === null) {
      await this.inbox.repairState(attempt);
      return 'waiting';
    }
    // The provider returned this state just now. An event without a time would count as the oldest event.
    const dated = { ...event, occurredAt: event.occurredAt ?? readAt };
    const result = await this.inbox.acceptEvent(inboxEvent(dated, 'poll', this.clock.now()));
    if (result === 'duplicate') await this.inbox.repairState(attempt);
    return STILL_WAITING.includes(event.outcome) ? 'waiting' : 'moved';
  }

  /** The user can no longer finish the attempt, but the provider sends no event about that. */
  async endAttempt(attempt: OpenedAttempt, outcome: 'expired' | 'abandoned'): Promise<void> {
    const now = this.clock.now();
    await this.inbox.acceptEvent(inboxEvent(endingEvent(attempt, outcome, now), 'gateway', now));
  }

  /**
   * Ends an attempt that the gateway would still offer to continue. That is so if the session waits for the user, and
   * also if the provider has decided, but a more careful verdict with the same time counts instead.
   */
  private async endIfContinuable(
    attempt: OpenedAttempt,
    result: ReadResult,
    outcome: 'expired' | 'abandoned',
  ) {
    const phase = await this.attempts.findPhase(this.dataSource.manager, attempt.id);
    const isOffered = phase !== null && phase !== 'opening' && isContinuable(phase);
    if (result !== 'moved' || isOffered) await this.endAttempt(attempt, outcome);
  }

  private async requireSecondNotFound(attempt: OpenedAttempt, now: Date): Promise<void> {
    const { id, userId, provider } = attempt;
    const since = await this.attempts.recordNotFound(this.dataSource.manager, id, now);
    const waitMs = msUntilBelieved(since, now);
    const result = waitMs > 0 ? 'first' : 'confirmed';
    this.metrics.sessionNotFound(provider, result);
    this.logger.warn({ event: 'kyc.session_not_found', userId, provider, attemptId: id, result });
    if (waitMs <= 0) return;
    throw new ProviderUnavailableError(provider, 'the session was not found, which is not confirmed yet', {
      status: 404,
      retryAfterSeconds: Math.ceil(waitMs / 1_000),
    });
  }
}

function isNotFound(error: unknown): boolean {
  if (error instanceof SessionNotFoundError) return true;
  return error instanceof ProviderRefusedError && NOT_FOUND.includes(error.status);
}

/** Persona allows 25 resumes, so a session that is not over may be impossible to resume. */
function isNotResumable(error: unknown): boolean {
  if (error instanceof SessionNotResumableError) return true;
  return (
    error instanceof ProviderRefusedError && error.status !== null && !UNAUTHORIZED.includes(error.status)
  );
}
