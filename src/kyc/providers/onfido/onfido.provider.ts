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
  RequestNotExecutedError,
  SessionNotFoundError,
  SessionNotResumableError,
} from '../provider-errors.ts';
import { OnfidoApi, type OnfidoApiOptions } from './onfido.api.ts';
import {
  eventOfClassicCheck,
  eventOfRun,
  eventOfRunsCheck,
  isRunWaitingForUser,
  ONFIDO,
} from './onfido.mapping.ts';
import { type HostedRun, timeOf } from './onfido.schemas.ts';
import { type OnfidoWebhookOptions, receiveDelivery } from './onfido.webhook.ts';

export interface OnfidoOptions extends OnfidoApiOptions, OnfidoWebhookOptions {
  workflowId: string;
}

/** The gateway sets a lifetime, because Onfido's links do not expire by default. */
const LINK_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Onfido requires names, but the gateway stores no names. The workflow must take the names from the document, because a
 * comparison of the document with the applicant's record would find these placeholders.
 */
const PLACEHOLDER_NAME = { first_name: 'Name', last_name: 'Unknown' };

/** Onfido (Entrust IDV) Studio: a session is a workflow run. */
export class OnfidoProvider implements KycProvider {
  readonly name = ONFIDO;
  readonly #options: OnfidoOptions;
  readonly #api: OnfidoApi;

  constructor(options: OnfidoOptions) {
    this.#options = options;
    this.#api = new OnfidoApi(options);
  }

  /**
   * Makes two calls and never repeats them, because Onfido has no idempotency keys. If the second call fails, the
   * remaining applicant holds no data of the user. A run whose response was lost has the tag of the attempt.
   */
  async createSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    const applicantId = await this.#createApplicant(signal);
    const run = await this.#api.createRun(
      {
        workflow_id: this.#options.workflowId,
        applicant_id: applicantId,
        customer_user_id: request.userId,
        tags: [tagOf(request)],
        link: {
          completed_redirect_url: request.redirectUrl,
          expired_redirect_url: request.redirectUrl,
          expires_at: new Date(request.now.getTime() + LINK_LIFETIME_MS).toISOString(),
        },
      },
      signal,
    );
    return openSession(run);
  }

  /** Also returns a run that is over, even without link and token, because its verdict belongs to the attempt. */
  async recoverSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession | null> {
    const run = await this.#api.findTaggedRun(tagOf(request), request.userId, signal);
    if (run === null) return null;
    return isRunWaitingForUser(run.status) ? openSession(run) : hostedSession(run);
  }

  async resumeSession(session: OpenSession, signal: AbortSignal): Promise<HostedSession> {
    const run = await this.#api.findRunWithLink(session.sessionId, signal);
    if (run === null) throw new SessionNotFoundError(ONFIDO, 'the workflow run does not exist');
    if (!isRunWaitingForUser(run.status)) {
      throw new SessionNotResumableError(ONFIDO, 'the workflow run does not wait for the user');
    }
    const hosted = openSession(run);
    // After its link has expired, a run keeps waiting, but its page shows only an error.
    if (hosted.expiresAt !== null && hosted.expiresAt <= session.now) {
      throw new SessionNotResumableError(ONFIDO, 'the link of the workflow run has expired');
    }
    return hosted;
  }

  async readDecision(sessionId: string, signal: AbortSignal): Promise<KycEvent | null> {
    return eventOfRun(await this.#api.readRun(sessionId, signal));
  }

  /**
   * A check does not contain the id of its run. The gateway creates an applicant for each run, so the applicant's
   * newest run is the run of the check.
   */
  async readLookup(lookup: string, signal: AbortSignal): Promise<KycEvent | null> {
    if (!lookup.startsWith('check:')) throw new ProviderRefusedError(ONFIDO, 'the lookup is not a check');
    const check = await this.#api.readCheck(lookup.slice('check:'.length), signal);
    const run = await this.#api.findNewestRun(check.applicant_id, signal);
    return run === null ? eventOfClassicCheck(check) : eventOfRunsCheck(run, check);
  }

  /**
   * Deletes the applicant of the run, which belongs to this session alone and holds all data of the user. Staff can
   * restore the applicant until the delay that is set for the Onfido account is over. The erasure is final only then.
   */
  async eraseSession({ sessionId }: ErasableSession, signal: AbortSignal): Promise<Erasure> {
    const applicantId = await this.#api.findApplicantOf(sessionId, signal);
    if (applicantId === null) return { finalAt: null, hasKeptSharedData: false };
    await this.#api.deleteApplicant(applicantId, signal);
    return { finalAt: await this.#deletionTimeOf(applicantId, signal), hasKeptSharedData: false };
  }

  async checkAccess(signal: AbortSignal): Promise<Access> {
    return { at: await this.#api.checkAccess(signal) };
  }

  receive(delivery: Delivery): ReceivedEvent {
    return receiveDelivery(delivery, this.#options);
  }

  /** Without an applicant there is no run, so a failure of this call leaves no session behind. */
  async #createApplicant(signal: AbortSignal): Promise<string> {
    try {
      return await this.#api.createApplicant(PLACEHOLDER_NAME, signal);
    } catch (error) {
      if (!(error instanceof ProviderUnavailableError)) throw error;
      const { status, isUnanswered, retryAfterSeconds } = error;
      throw new RequestNotExecutedError(ONFIDO, error.message, {
        cause: error,
        isUnanswered,
        retryAfterSeconds,
        ...(status !== null && { status }),
      });
    }
  }

  /** Returns null instead of failing: the applicant is already deleted, so a retry could not find it from the run. */
  async #deletionTimeOf(applicantId: string, signal: AbortSignal): Promise<Date | null> {
    try {
      return await this.#api.findDeletionTime(applicantId, signal);
    } catch (error) {
      if (error instanceof ProviderUnavailableError || error instanceof ProviderRefusedError) return null;
      throw error;
    }
  }
}

function tagOf({ attemptId }: SessionRequest): string {
  return `attempt:${attemptId}`;
}

function openSession(run: HostedRun): HostedSession {
  const hosted = hostedSession(run);
  if (hosted.url !== null || hosted.sdkToken !== null) return hosted;
  throw new ProviderUnavailableError(ONFIDO, 'the workflow run has neither a link nor an SDK token');
}

function hostedSession({ id, link, sdk_token }: HostedRun): HostedSession {
  return {
    sessionId: id,
    url: link?.url ?? null,
    sdkToken: sdk_token || null,
    expiresAt: timeOf(link?.expires_at),
    resumeToken: null,
  };
}
