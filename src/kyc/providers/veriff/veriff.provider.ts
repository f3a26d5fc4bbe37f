import { z } from 'zod';
import type {
  Access,
  Delivery,
  ErasableSession,
  Erasure,
  HostedSession,
  KycEvent,
  KycProvider,
  OpenSession,
  ReceivedEvent,
  SessionRequest,
} from '../kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotFoundError,
  SessionNotResumableError,
} from '../provider-errors.ts';
import { VeriffApi, type VeriffApiOptions } from './veriff.api.ts';
import { eventOfVerification, isOpenStatus, VERIFF } from './veriff.mapping.ts';
import { openResumeToken, sealResumeToken } from './veriff.resume-token.ts';
import { receiveDelivery, type VeriffWebhookOptions } from './veriff.webhook.ts';

/** Veriff documents this lifetime, but no response contains the time. */
const SESSION_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;
/** Veriff documents that it destroys the data within 12 hours. The session disappears from portal and API at once. */
const DESTROYED_WITHIN_MS = 12 * 60 * 60 * 1000;
const IN_PROGRESS_RETRY_SECONDS = 600;

/** The newest secret signs and encrypts. Every secret verifies and decrypts. */
export interface VeriffOptions extends VeriffApiOptions, VeriffWebhookOptions {}

/** Veriff, API v1 (https://devdocs.veriff.com). */
export class VeriffProvider implements KycProvider {
  readonly name = VERIFF;
  readonly #options: VeriffOptions;
  readonly #api: VeriffApi;

  constructor(options: VeriffOptions) {
    this.#options = options;
    this.#api = new VeriffApi(options);
  }

  /**
   * Makes one call and never repeats it. Veriff has no idempotency key, so a second call would create a second session.
   */
  async createSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    const { userId, redirectUrl, now } = request;
    const created = await this.#api.createSession(
      {
        // Veriff accepts https only. For a single-page app on local http, Veriff uses the return URL of the
        // integration's settings.
        ...(redirectUrl.startsWith('https://') && { callback: redirectUrl }),
        vendorData: userId,
        ...(z.uuid().safeParse(userId).success && { endUserId: userId }),
      },
      signal,
    );
    return this.#hostedSession(created.id, created.url, new Date(now.getTime() + SESSION_LIFETIME_MS));
  }

  /** Veriff has no idempotency key and no search by vendorData, so it cannot find a session without its id. */
  recoverSession(): Promise<null> {
    return Promise.resolve(null);
  }

  /** Veriff returns the link only once, but the link works as long as the session is open. */
  async resumeSession({ sessionId, resumeToken }: OpenSession, signal: AbortSignal): Promise<HostedSession> {
    const decision = await this.#api.readDecisionForResume(sessionId, signal);
    if (decision !== null && !isOpenStatus(decision.status)) {
      throw new SessionNotResumableError(VERIFF, 'the session is over');
    }
    const url = resumeToken && (await openResumeToken(sessionId, resumeToken, this.#options.secrets));
    if (!url) throw new SessionNotResumableError(VERIFF, 'the link cannot be decrypted');
    // Null means unchanged, because resuming does not prolong the session.
    return this.#hostedSession(sessionId, url, null);
  }

  async readDecision(sessionId: string, signal: AbortSignal): Promise<KycEvent | null> {
    const verification = await this.#api.readDecision(sessionId, signal);
    return verification && eventOfVerification(verification);
  }

  /** Every event of Veriff contains its verdict, so `receive` sets no `lookup`. */
  readLookup(): Promise<null> {
    return Promise.resolve(null);
  }

  /**
   * Veriff responds 400 while it works on the session, and 404 if the session is gone. Veriff does not document its
   * response when the permission to delete is missing. Therefore 404 counts as erased only if the session cannot be
   * read either.
   */
  async eraseSession({ sessionId }: ErasableSession, signal: AbortSignal): Promise<Erasure> {
    const deletion = await this.#api.deleteSession(sessionId, signal);
    if (deletion.refusedWith === null) {
      const finalAt = deletion.at && new Date(deletion.at.getTime() + DESTROYED_WITHIN_MS);
      return { finalAt, hasKeptSharedData: false };
    }
    const status = deletion.refusedWith;
    if (!(await this.#canBeRead(sessionId, signal))) return { finalAt: null, hasKeptSharedData: false };
    if (status === 404) {
      throw new ProviderRefusedError(VERIFF, 'DELETE session: responded 404, but the session can be read', {
        status,
      });
    }
    throw new ProviderUnavailableError(VERIFF, 'DELETE session: responded 400, still in progress', {
      status,
      retryAfterSeconds: IN_PROGRESS_RETRY_SECONDS,
    });
  }

  async checkAccess(signal: AbortSignal): Promise<Access> {
    return { at: await this.#api.checkAccess(signal) };
  }

  receive(delivery: Delivery): ReceivedEvent {
    return receiveDelivery(delivery, this.#options);
  }

  async #canBeRead(sessionId: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#api.readDecisionForResume(sessionId, signal);
      return true;
    } catch (error) {
      if (error instanceof SessionNotFoundError) return false;
      throw error;
    }
  }

  async #hostedSession(sessionId: string, url: string, expiresAt: Date | null): Promise<HostedSession> {
    const resumeToken = await sealResumeToken(sessionId, url, this.#options.secrets[0] ?? '');
    // Veriff's InContext SDK takes the URL, so there is no token.
    return { sessionId, url, sdkToken: null, expiresAt, resumeToken };
  }
}
