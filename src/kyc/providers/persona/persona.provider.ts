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
import { ProviderUnavailableError, SessionNotResumableError } from '../provider-errors.ts';
import { PersonaApi, type PersonaApiOptions } from './persona.api.ts';
import { eraseInquiry } from './persona.erasure.ts';
import { eventOfInquiry, PERSONA } from './persona.mapping.ts';
import type { Inquiry } from './persona.schemas.ts';
import { type PersonaWebhookOptions, receiveDelivery } from './persona.webhook.ts';

/**
 * `isCompletedApproved` is for templates without an approving workflow. There, completing the inquiry is the approval.
 */
export interface PersonaOptions extends PersonaApiOptions, PersonaWebhookOptions {}

/** Persona, API version 2025-12-08. A session is an inquiry, and its reference id is the user id. */
export class PersonaProvider implements KycProvider {
  readonly name = PERSONA;
  readonly #options: PersonaOptions;
  readonly #api: PersonaApi;

  constructor(options: PersonaOptions) {
    this.#options = options;
    this.#api = new PersonaApi(options);
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    const inquiry = await this.#api.createInquiry(request, signal);
    const url = inquiry.meta?.oneTimeLink ?? null;
    const sdkToken = inquiry.meta?.sessionToken ?? null;
    if (url === null && sdkToken === null) {
      throw new ProviderUnavailableError(PERSONA, 'POST /inquiries: an inquiry without link and token');
    }
    return hostedSession(inquiry, url, sdkToken);
  }

  /**
   * Makes the same call as `createSession`. Under the key of the attempt, Persona repeats its first response, or
   * creates the inquiry now.
   */
  recoverSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    return this.createSession(request, signal);
  }

  /** An inquiry in the status `created` has nothing to resume yet, so the link alone opens the inquiry. */
  async resumeSession({ sessionId }: OpenSession, signal: AbortSignal): Promise<HostedSession> {
    const inquiry = await this.#api.readInquiryForResume(sessionId, signal);
    const { status } = inquiry.data.attributes;
    if (status === 'created') {
      return hostedSession(inquiry, await this.#api.createOneTimeLink(sessionId, signal), null);
    }
    if (status !== 'pending') throw new SessionNotResumableError(PERSONA, 'the inquiry is over');

    const resumed = await this.#api.resumeInquiry(sessionId, signal);
    const url = await this.#api.createOneTimeLink(sessionId, signal);
    return hostedSession(resumed, url, resumed.meta?.sessionToken ?? null);
  }

  async readDecision(sessionId: string, signal: AbortSignal): Promise<KycEvent | null> {
    const inquiry = await this.#api.readInquiry(sessionId, signal);
    return eventOfInquiry(inquiry, this.#options.isCompletedApproved);
  }

  /** The lookup is the id of an inquiry. */
  readLookup(lookup: string, signal: AbortSignal): Promise<KycEvent | null> {
    return this.readDecision(lookup, signal);
  }

  eraseSession(session: ErasableSession, signal: AbortSignal): Promise<Erasure> {
    return eraseInquiry(this.#api, session, signal);
  }

  async checkAccess(signal: AbortSignal): Promise<Access> {
    return { at: await this.#api.checkAccess(signal) };
  }

  receive(delivery: Delivery): ReceivedEvent {
    return receiveDelivery(delivery, this.#options);
  }
}

function hostedSession({ data }: Inquiry, url: string | null, sdkToken: string | null): HostedSession {
  return { sessionId: data.id, url, sdkToken, expiresAt: data.attributes.expiresAt, resumeToken: null };
}
