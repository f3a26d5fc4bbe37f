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
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../provider-errors.ts';
import { OnfidoApi } from './onfido.api.ts';
import type { OnfidoApiOptions } from './onfido.api.ts';
import { eventOfClassicCheck, eventOfRun, eventOfRunsCheck } from './onfido.events.ts';
import { ONFIDO, isRunWaitingForUser } from './onfido.outcomes.ts';
import { timeOf } from './onfido.schemas.ts';
import type { HostedRun } from './onfido.schemas.ts';
import { receiveDelivery } from './onfido.webhook.ts';

export interface OnfidoOptions extends OnfidoApiOptions {
  workflowId: string;
  /** Newest first; each is the `token` of a registered webhook. */
  webhookTokens: readonly string[];
}

/** Without a time of our own choosing, a link would have none. */
const LINK_LIFETIME_MS = 7 * 24 * 60 * 60 * 1000;

/**
 * Onfido demands names and we hold none. The workflow must take them from the document: one that compares the
 * document with the applicant's record would find these.
 */
const PLACEHOLDER_NAME = { first_name: 'Name', last_name: 'Unknown' };

/** Onfido (Entrust IDV) Studio: a session is a workflow run. */
export class OnfidoProvider implements KycProvider {
  readonly name = ONFIDO;
  readonly #api: OnfidoApi;
  readonly #workflowId: string;
  readonly #webhookTokens: readonly string[];

  constructor(options: OnfidoOptions) {
    this.#api = new OnfidoApi(options);
    this.#workflowId = options.workflowId;
    this.#webhookTokens = options.webhookTokens;
  }

  /**
   * Two calls, and neither is ever repeated: Onfido has no idempotency keys. An applicant left alone by a failing
   * second call holds nothing of the user; a run left alone carries the attempt as its tag.
   */
  async createSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    const applicantId = await this.#api.createApplicant(PLACEHOLDER_NAME, signal);
    const run = await this.#api.createRun(
      {
        workflow_id: this.#workflowId,
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

  /** A run that is over is returned as well, even where it has lost link and token: its verdict is this attempt's. */
  async recoverSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession | null> {
    const run = await this.#api.findTaggedRun(tagOf(request), request.userId, signal);
    if (run === null) return null;
    return isRunWaitingForUser(run.status) ? openSession(run) : hostedSession(run);
  }

  async resumeSession(session: OpenSession, signal: AbortSignal): Promise<HostedSession> {
    const run = await this.#api.findHostedRun(session.sessionId, signal);
    if (run === null) throw new SessionNotResumableError(ONFIDO, 'the workflow run is not there any more');
    if (!isRunWaitingForUser(run.status)) {
      throw new SessionNotResumableError(ONFIDO, 'the workflow run does not wait for the user');
    }
    const hosted = openSession(run);
    // A run goes on waiting when its link has lapsed, behind a page that only says so.
    if (hosted.expiresAt !== null && hosted.expiresAt <= session.now) {
      throw new SessionNotResumableError(ONFIDO, "the workflow run's link has lapsed");
    }
    return hosted;
  }

  async readDecision(sessionId: string, signal: AbortSignal): Promise<KycEvent | null> {
    return eventOfRun(await this.#api.findRun(sessionId, signal));
  }

  /** A check does not name its workflow run: it is found as the newest one of the check's applicant. */
  async readLookup(lookup: string, signal: AbortSignal): Promise<KycEvent | null> {
    if (!lookup.startsWith('check:'))
      throw new ProviderRefusedError(ONFIDO, 'nothing we know how to look up');
    const check = await this.#api.findCheck(lookup.slice('check:'.length), signal);
    const run = await this.#api.findNewestRun(check.applicant_id, signal);
    return run === null ? eventOfClassicCheck(check) : eventOfRunsCheck(run, check);
  }

  /**
   * Everything of a user hangs on the run's applicant, which is this session's alone. Deleting it is undone by
   * `restore` until the account's delay is over, so the erasure is final only then.
   */
  async eraseSession(sessionId: string, signal: AbortSignal): Promise<Erasure> {
    const applicantId = await this.#api.findApplicantOf(sessionId, signal);
    if (applicantId === null) return { finalAt: null };
    await this.#api.deleteApplicant(applicantId, signal);
    return { finalAt: await this.#deletionTimeOf(applicantId, signal) };
  }

  receive(delivery: Delivery): ReceivedEvent {
    return receiveDelivery(this.#webhookTokens, delivery);
  }

  /** Null where the answer fails: the deletion stands, and asked again the run would not lead to its applicant. */
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
  throw new ProviderUnavailableError(ONFIDO, 'a workflow run came with neither a link nor an SDK token');
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
