import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock } from '../../common/clock.ts';
import { DomainError } from '../../common/domain-error.ts';
import { pipeline } from '../../database/pipeline.ts';
import { UserNotWrittenError } from '../../users/user-errors.ts';
import { UserRepository } from '../../users/user.repository.ts';
import type { Outcome } from '../domain/outcome.ts';
import { isOver } from '../domain/session-state.ts';
import { endingEvent, inboxEvent } from '../inbox/inbox-event.ts';
import { InboxService } from '../inbox/inbox.service.ts';
import type { HostedSession, KycEvent, KycProvider, SessionRequest } from '../providers/kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderRestingError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../providers/provider-errors.ts';
import { AttemptRepository } from '../store/attempt.repository.ts';
import type { LeasedAttempt, OpenedAttempt } from '../store/attempt.ts';
import { currentAttempt, rejectIfDecided } from './current-attempt.ts';
import { EarlyEventService } from './early-event.service.ts';
import { AttemptReopenedError, StartInProgressError } from './session-errors.ts';

/** Long enough for a slow provider, and shorter than the lease of an attempt. */
const PROVIDER_TIMEOUT_MS = 12_000;
/** The provider rejects the gateway's own key or token. This says nothing about the session. */
const UNAUTHORIZED: readonly number[] = [401, 403];
const NOT_FOUND: readonly (number | null)[] = [404, 410];
const STILL_WAITING: readonly Outcome[] = ['started', 'resubmission_requested', 'noted', 'unknown'];

/** `moved`: the user has submitted everything. `waiting`: the session waits for the user. */
export type ReadResult = 'moved' | 'waiting' | 'not_found';

@Injectable()
export class ProviderSessionService {
  private readonly logger = new Logger(ProviderSessionService.name);

  constructor(
    private readonly dataSource: DataSource,
    private readonly attempts: AttemptRepository,
    private readonly users: UserRepository,
    private readonly earlyEvents: EarlyEventService,
    private readonly inbox: InboxService,
    private readonly clock: Clock,
  ) {}

  async recoverOrCreate(attempt: LeasedAttempt, provider: KycProvider): Promise<HostedSession> {
    return this.underLease(attempt, async () => {
      const request = requestOf(attempt);
      const existing = attempt.mayExistAtProvider
        ? await provider.recoverSession(request, callTimeout())
        : null;
      return existing ?? provider.createSession(request, callTimeout());
    });
  }

  /** Marks the attempt as failed and returns null if the provider has no session. */
  async recoverOrMarkFailed(attempt: LeasedAttempt, provider: KycProvider): Promise<HostedSession | null> {
    return this.underLease(attempt, () => provider.recoverSession(requestOf(attempt), callTimeout()));
  }

  /** Stores the end of a session that is over in the ledger, and then returns null. */
  async resume(
    attempt: OpenedAttempt,
    provider: KycProvider,
    redirectUrl: string,
  ): Promise<HostedSession | null> {
    const { providerSessionId: sessionId, resumeToken } = attempt;
    try {
      const request = { sessionId, resumeToken, redirectUrl, now: this.clock.now() };
      const hosted = await provider.resumeSession(request, callTimeout());
      await this.attempts.storeResumeData(this.dataSource.manager, attempt.id, hosted);
      return { ...hosted, expiresAt: hosted.expiresAt ?? attempt.expiresAt };
    } catch (error) {
      if (!isNotResumable(error)) throw error;
    }
    // Without an event that ends the attempt, every later start would try to resume it again.
    const result = await this.readIntoLedger(attempt, provider);
    if (result !== 'moved') await this.endAttempt(attempt, 'abandoned');
    return null;
  }

  /** The result enters the inbox as an event, as a webhook does. */
  async readIntoLedger(attempt: OpenedAttempt, provider: KycProvider): Promise<ReadResult> {
    const readAt = this.clock.now();
    let event: KycEvent | null;
    try {
      event = await provider.readDecision(attempt.providerSessionId, callTimeout());
    } catch (error) {
      if (error instanceof ProviderRefusedError && NOT_FOUND.includes(error.status)) return 'not_found';
      throw error;
    }
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

  /** Calls the provider outside of any transaction, so that a slow provider holds no database connection. */
  private async underLease<Session extends HostedSession | null>(
    attempt: LeasedAttempt,
    call: () => Promise<Session>,
  ): Promise<Session> {
    try {
      const hosted = await call();
      if (hosted === null) await this.markFailed(attempt);
      else await this.markOpened(attempt, hosted);
      return hosted;
    } catch (error) {
      // If the database is unreachable too, the lease expires by itself.
      await this.releaseAfterFailure(attempt, error).catch(() => undefined);
      throw error;
    }
  }

  private async markOpened(attempt: LeasedAttempt, hosted: HostedSession): Promise<void> {
    const { id, userId, provider } = attempt;
    const session = { provider, sessionId: hosted.sessionId };
    const now = this.clock.now();
    const early = await this.dataSource.transaction(async (manager) => {
      // PostgreSQL runs these in order, so the early events are read after both locks are taken.
      const [, user, found] = await pipeline(
        this.earlyEvents.lockSession(manager, session),
        this.users.lock(manager, userId),
        this.earlyEvents.findEvents(manager, session, userId),
      );
      if (user === null) throw new StartInProgressError('the user was deleted meanwhile');
      // A late event of the previous attempt may have decided the status, or reopened the attempt, during the call to the provider.
      if (user.kycSessionId !== null) {
        const current = currentAttempt(user, await this.attempts.findByUser(manager, userId));
        rejectIfDecided(user, current);
        if (current !== null && !isOver(current.phase)) {
          throw new AttemptReopenedError(`the current attempt is ${current.phase} again`);
        }
      }
      if (!(await this.attempts.markOpened(manager, attempt, hosted, now))) {
        throw new StartInProgressError('the attempt was recovered or marked as failed meanwhile');
      }
      await this.earlyEvents.applyToAttempt(manager, id, found, now);
      return found;
    });
    this.earlyEvents.countRefusedInMetrics(provider, early);
    this.logger.log({ event: 'kyc.session_opened', userId, provider, attemptId: id });
  }

  private async markFailed(attempt: LeasedAttempt): Promise<void> {
    await this.attempts.markFailed(this.dataSource.manager, attempt.id, this.clock.now());
  }

  /** A provider session that may exist must be recovered. In that case the attempt stays and only its lease ends. */
  private async releaseAfterFailure(attempt: LeasedAttempt, error: unknown): Promise<void> {
    if (!mayExistAfter(attempt, error)) return this.markFailed(attempt);
    await this.attempts.expireLease(this.dataSource.manager, attempt.id, this.clock.now());
  }
}

/**
 * Must return the same request in each call for one attempt, because an idempotency key may cover any of these fields.
 */
function requestOf({ id, userId, redirectUrl, openedAt }: LeasedAttempt): SessionRequest {
  return { attemptId: id, userId, redirectUrl, now: openedAt };
}

function callTimeout(): AbortSignal {
  return AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
}

/**
 * After an error response the attempt ends, because Persona repeats that response to the same idempotency key for a
 * day.
 */
function mayExistAfter({ mayExistAtProvider }: LeasedAttempt, error: unknown): boolean {
  // The provider has opened the session, and only its record is missing.
  if (!(error instanceof DomainError) || error instanceof UserNotWrittenError) return true;
  if (!(error instanceof ProviderUnavailableError)) return false;
  const wasNotCalled = error instanceof ProviderRestingError || error.status === 429;
  return error.isUnanswered || (mayExistAtProvider && wasNotCalled);
}

/** Persona allows 25 resumes, so a session that is not over may be impossible to resume. */
function isNotResumable(error: unknown): boolean {
  if (error instanceof SessionNotResumableError) return true;
  return (
    error instanceof ProviderRefusedError && error.status !== null && !UNAUTHORIZED.includes(error.status)
  );
}
