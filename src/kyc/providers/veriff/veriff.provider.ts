import { createHash } from 'node:crypto';
import { z } from 'zod';
import type {
  Delivery,
  Erasure,
  HostedSession,
  KycEvent,
  KycProvider,
  OpenSession,
  ReceivedEvent,
  SessionRequest,
} from '../kyc-provider.ts';
import { ProviderUnavailableError, SessionNotResumableError } from '../provider-errors.ts';
import { VeriffApi } from './veriff.api.ts';
import { readVerification } from './veriff.decision.ts';
import { receiveDelivery } from './veriff.delivery.ts';
import { eraseSession } from './veriff.erasure.ts';
import { isOpenStatus } from './veriff.outcomes.ts';
import { openResumeToken, sealResumeToken } from './veriff.resume-token.ts';
import type { Verification } from './veriff.schemas.ts';

/** Documented; no answer of Veriff's names the time. */
const SESSION_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

export interface VeriffOptions {
  apiKey: string;
  /** Newest first: that one signs and seals, any of them verifies and opens. */
  sharedSecrets: readonly string[];
  /** With its version, without a trailing slash. */
  apiUrl: string;
}

/** Veriff, API v1 (https://devdocs.veriff.com). */
export class VeriffProvider implements KycProvider {
  readonly name = 'veriff';
  private readonly api: VeriffApi;
  private readonly newestSecret: string;

  constructor(private readonly options: VeriffOptions) {
    this.newestSecret = options.sharedSecrets[0] ?? '';
    this.api = new VeriffApi({ ...options, sharedSecret: this.newestSecret });
  }

  /** Veriff knows no idempotency key: called once, as a second call would open a second session. */
  async createSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    const { userId, redirectUrl, now } = request;
    const created = await this.api.createSession(
      {
        // Veriff takes https only. A local SPA on http is left to the return URL in the integration's settings.
        ...(redirectUrl.startsWith('https://') && { callback: redirectUrl }),
        vendorData: userId,
        ...(z.uuid().safeParse(userId).success && { endUserId: userId }),
      },
      signal,
    );
    return this.host(created.id, created.url, new Date(now.getTime() + SESSION_LIFETIME_MS));
  }

  /** Veriff has no idempotency key and no search by vendorData: a session whose answer was lost cannot be found. */
  recoverSession(): Promise<null> {
    return Promise.resolve(null);
  }

  /** Veriff never tells the link again, but the first one works for as long as the session is open. */
  async resumeSession({ sessionId, resumeToken }: OpenSession, signal: AbortSignal): Promise<HostedSession> {
    const decision = await this.api.readDecision(sessionId, signal, [404]);
    if (decision !== null && !isOpenStatus(decision.status)) {
      throw new SessionNotResumableError(this.name, `${sessionId} has been decided on`);
    }
    const url = resumeToken && (await openResumeToken(sessionId, resumeToken, this.options.sharedSecrets));
    if (!url) throw new SessionNotResumableError(this.name, `The link of ${sessionId} cannot be unsealed`);
    // No time means unchanged: coming back does not prolong the session, so what was stored at its start still holds.
    return this.host(sessionId, url, null);
  }

  async readDecision(sessionId: string, signal: AbortSignal): Promise<KycEvent | null> {
    const verification = await this.api.readDecision(sessionId, signal);
    if (verification === null) return null;
    const statement = readVerification(verification);
    const { outcome, occurredAt } = statement;
    if (occurredAt === null && (outcome === 'approved' || outcome === 'declined')) {
      // Without a time it would lose against every other event.
      throw new ProviderUnavailableError(this.name, 'GET decision: decided, but at no time');
    }
    return { provider: this.name, eventKey: pollKey(verification), ...statement };
  }

  /** Each of Veriff's events carries its verdict: there is nothing to look up. */
  readLookup(): Promise<null> {
    return Promise.resolve(null);
  }

  eraseSession(sessionId: string, signal: AbortSignal): Promise<Erasure> {
    return eraseSession(this.api, sessionId, signal);
  }

  receive(delivery: Delivery): ReceivedEvent {
    return receiveDelivery(delivery, this.options.apiKey, this.options.sharedSecrets);
  }

  private async host(sessionId: string, url: string, expiresAt: Date | null): Promise<HostedSession> {
    const resumeToken = await sealResumeToken(sessionId, url, this.newestSecret);
    // Veriff's InContext SDK takes this very URL; it has no token of its own.
    return { sessionId, url, sdkToken: null, expiresAt, resumeToken };
  }
}

/** Made from what makes a decision another decision. Ids of undocumented length are hashed to fit. */
function pollKey({ id, attemptId, status, decisionTime }: Verification): string {
  const key = `poll:${id}:${attemptId ?? '-'}:${status}:${decisionTime ?? '-'}`;
  return key.length <= 255 ? key : `poll:sha256:${createHash('sha256').update(key).digest('hex')}`;
}
