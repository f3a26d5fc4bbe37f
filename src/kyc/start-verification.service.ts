import { Injectable, Logger } from '@nestjs/common';
import type { Principal } from '../auth/token-verifier.js';
import { Clock } from '../common/clock.js';
import { Metrics } from '../metrics/metrics.js';
import { UnknownUserError, UsersService } from '../users/users.service.js';
import type { Outcome } from './domain/outcome.js';
import { inboxEvent } from './inbox/inbox-event.js';
import { Inbox } from './inbox/inbox.service.js';
import type { HostedSession, KycEvent, KycProvider } from './providers/kyc-provider.js';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from './providers/provider-errors.js';
import { ProviderService } from './providers/provider.service.js';
import { Attempts, type Plan, type SessionRow } from './sessions/attempts.js';

const PROVIDER_TIMEOUT_MS = 12_000;
/** Enough for a lapsed session, then an unresumable one, then a new one. */
const MAX_ROUNDS = 4;
/** Said of a session that nobody can get back into, these do not close it. */
const LEAVES_IT_OPEN: readonly Outcome[] = ['started', 'resubmission_requested', 'noted', 'unknown'];

export interface StartedVerification {
  isNew: boolean;
  provider: string;
  hosted: HostedSession;
}

/** The use case: a user asks to be verified, and is led into a session at the provider. */
@Injectable()
export class StartVerificationService {
  private readonly logger = new Logger(StartVerificationService.name);

  constructor(
    private readonly attempts: Attempts,
    private readonly providers: ProviderService,
    private readonly users: UsersService,
    private readonly inbox: Inbox,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  /** No transaction and no connection is held while the provider is called. */
  async start(principal: Principal, redirectUrl: string): Promise<StartedVerification> {
    const startedAt = performance.now();
    const provider = this.providers.current();
    try {
      const started = await this.lead(principal, provider, redirectUrl);
      this.metrics.started(
        started.provider,
        started.isNew ? 'opened' : 'resumed',
        performance.now() - startedAt,
      );
      return started;
    } catch (error) {
      this.metrics.started(provider.name, 'refused', performance.now() - startedAt);
      throw error;
    }
  }

  private async lead(
    principal: Principal,
    provider: KycProvider,
    redirectUrl: string,
  ): Promise<StartedVerification> {
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const plan = await this.planFor(principal, provider);
      if (plan.kind === 'open') return this.open(plan, provider, redirectUrl);
      if (plan.kind === 'resume' && this.providers.has(plan.session.provider)) {
        const resumed = await this.resume(plan.session, redirectUrl);
        if (resumed !== null) return resumed;
      } else {
        // Lapsed, or opened at a provider that was taken out of the configuration: there is no way back in.
        await this.end(plan.session, plan.kind === 'lapsed' ? 'expired' : 'abandoned');
      }
    }
    throw new ProviderUnavailableError(provider.name, 'the session neither resumes nor ends');
  }

  private async planFor(principal: Principal, provider: KycProvider): Promise<Plan> {
    const plan = () => this.attempts.plan(principal.userId, provider.name, this.clock.now());
    const known = await plan();
    if (known !== null) return known;
    await this.users.admit(principal);
    const admitted = await plan();
    if (admitted === null) throw new UnknownUserError('no row, though the token would make one');
    return admitted;
  }

  private async open(
    { userId, attemptId }: Extract<Plan, { kind: 'open' }>,
    provider: KycProvider,
    redirectUrl: string,
  ): Promise<StartedVerification> {
    try {
      const request = { attemptId, userId, redirectUrl, now: this.clock.now() };
      const hosted = await provider.createSession(request, withinTime());
      await this.attempts.open(userId, attemptId, provider.name, hosted, this.clock.now());
      this.logger.log({ event: 'kyc.session_opened', userId, provider: provider.name, attemptId });
      return { isNew: true, provider: provider.name, hosted };
    } catch (error) {
      await this.attempts.giveUp(attemptId, this.clock.now());
      throw error;
    }
  }

  /** `null`: the session is over at the provider, and what it ended in is in the ledger now. */
  private async resume(session: SessionRow, redirectUrl: string): Promise<StartedVerification | null> {
    const provider = this.providers.of(session.provider);
    const { providerSessionId: sessionId, resumeToken } = session;
    const open = { sessionId, resumeToken, redirectUrl, now: this.clock.now() };
    try {
      const hosted = await provider.resumeSession(open, withinTime());
      await this.attempts.noteResumed(session.id, hosted);
      const expiresAt = hosted.expiresAt ?? session.expiresAt;
      return { isNew: false, provider: provider.name, hosted: { ...hosted, expiresAt } };
    } catch (error) {
      if (!(error instanceof SessionNotResumableError)) throw error;
    }
    await this.settle(session, provider);
    return null;
  }

  /** Enters into the ledger what became of a session that cannot be resumed; without a word of the provider it is given up. */
  private async settle(session: SessionRow, provider: KycProvider): Promise<void> {
    const { providerSessionId: sessionId } = session;
    let read: KycEvent | null = null;
    try {
      read = await provider.readDecision(sessionId, withinTime());
    } catch (error) {
      if (!(error instanceof ProviderRefusedError)) throw error;
    }
    if (read === null || LEAVES_IT_OPEN.includes(read.outcome)) await this.end(session, 'abandoned');
    else {
      // Undated it would count as older than all we know, and the user would stand before a closed door.
      const now = this.clock.now();
      await this.inbox.accept(inboxEvent({ ...read, occurredAt: read.occurredAt ?? now }, 'poll', now));
    }
  }

  private async end(session: SessionRow, outcome: 'expired' | 'abandoned'): Promise<void> {
    const now = this.clock.now();
    await this.inbox.accept(inboxEvent(endedHere(session, outcome, now), 'gateway', now));
  }
}

/**
 * What the gateway itself knows to be over: the time has run out, or there is no way back in. Dated so that it comes
 * after whatever the session is at, also where the provider's clock is ahead of ours.
 */
function endedHere(session: SessionRow, outcome: 'expired' | 'abandoned', now: Date): KycEvent {
  const occurredAt = new Date(Math.max(now.getTime(), (session.phaseSince?.getTime() ?? 0) + 1));
  return {
    provider: session.provider,
    eventKey: `gateway:${outcome}:${session.id}:${occurredAt.getTime()}`,
    sessionId: session.providerSessionId,
    reference: null,
    outcome,
    reason: null,
    occurredAt,
  };
}

function withinTime(): AbortSignal {
  return AbortSignal.timeout(PROVIDER_TIMEOUT_MS);
}
