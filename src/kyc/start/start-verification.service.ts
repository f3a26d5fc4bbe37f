import { Injectable } from '@nestjs/common';
import type { Principal } from '../../auth/token-verifier.ts';
import { Clock } from '../../common/clock.ts';
import { Metrics } from '../../metrics/metrics.ts';
import type { GuardedProvider } from '../providers/guarded-provider.ts';
import type { HostedSession } from '../providers/kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../providers/provider-errors.ts';
import { ProviderService } from '../providers/provider.service.ts';
import { Attempts } from '../sessions/attempts.ts';
import type { SessionRow } from '../sessions/current-session.ts';
import type { Opening } from '../store/attempt.repository.ts';
import { SessionOpener, withinTime } from '../sessions/session-opener.ts';
import { SessionReader } from '../sessions/session-reader.ts';

/** Enough for a lapsed session, an unresumable one, a provider that fails, and a new one. */
const MAX_ROUNDS = 5;
/** HTTP: our own key or token is wrong. */
const UNAUTHORISED: readonly number[] = [401, 403];

export interface StartedVerification {
  isNew: boolean;
  provider: string;
  hosted: HostedSession;
}

/** The use case: a user asks to be verified, and is led into a session at the provider. */
@Injectable()
export class StartVerificationService {
  constructor(
    private readonly attempts: Attempts,
    private readonly opener: SessionOpener,
    private readonly reader: SessionReader,
    private readonly providers: ProviderService,
    private readonly metrics: Metrics,
    private readonly clock: Clock,
  ) {}

  async start(principal: Principal, redirectUrl: string): Promise<StartedVerification> {
    const startedAt = performance.now();
    const provider = this.providers.forNewSession();
    try {
      const started = await this.lead(principal, redirectUrl);
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

  private async lead(principal: Principal, redirectUrl: string): Promise<StartedVerification> {
    let provider = this.providers.forNewSession();
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const plan = await this.attempts.plan(principal, provider.name, redirectUrl, this.clock.now());
      if (plan.kind === 'open') {
        const opened = await this.open(plan.opening, provider);
        if (opened !== null) return opened;
        provider = this.providers.forNewSession();
      } else if (plan.kind === 'resume' && this.providers.has(plan.session.provider)) {
        const resumed = await this.resume(plan.session, redirectUrl);
        if (resumed !== null) return resumed;
      } else {
        // Lapsed, or opened at a provider that was taken out of the configuration: there is no way back in.
        await this.reader.end(plan.session, plan.kind === 'lapsed' ? 'expired' : 'abandoned');
      }
    }
    throw new ProviderUnavailableError(provider.name, 'the session neither resumes nor ends');
  }

  /**
   * `null`: the provider has just failed once too often, and another one takes its new sessions; or a session was
   * found again that has no way in any more.
   */
  private async open(opening: Opening, provider: GuardedProvider): Promise<StartedVerification | null> {
    try {
      const hosted = await this.opener.open(opening, provider);
      const hasWayIn = hosted.url !== null || hosted.sdkToken !== null;
      return hasWayIn ? { isNew: true, provider: provider.name, hosted } : null;
    } catch (error) {
      const isPassedOn =
        error instanceof ProviderUnavailableError && this.providers.forNewSession() !== provider;
      if (!isPassedOn) throw error;
      return null;
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
      if (!isNoWayBack(error)) throw error;
    }
    // Without a word of the provider that moves it on, nobody would ever get back into it.
    const finding = await this.reader.read(session, provider, withinTime());
    if (finding !== 'moves') await this.reader.end(session, 'abandoned');
    return null;
  }
}

/**
 * The session is over, or the provider leads nobody back into it any more (Persona does so 25 times at most). Where it
 * refuses our credentials, that says nothing about the session.
 */
function isNoWayBack(error: unknown): boolean {
  if (error instanceof SessionNotResumableError) return true;
  return (
    error instanceof ProviderRefusedError && error.status !== null && !UNAUTHORISED.includes(error.status)
  );
}
