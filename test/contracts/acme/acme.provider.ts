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
} from '../../../src/kyc/providers/kyc-provider.ts';
import { SessionNotResumableError } from '../../../src/kyc/providers/provider-errors.ts';
import { AcmeApi, type AcmeApiOptions } from './acme.api.ts';
import { ACME, eventOfCheck } from './acme.mapping.ts';
import type { Check } from './acme.schemas.ts';
import { type AcmeWebhookOptions, receiveDelivery } from './acme.webhook.ts';

export interface AcmeOptions extends AcmeApiOptions, AcmeWebhookOptions {}

/** A session is a check, and its `customer_ref` is the user id. */
export class AcmeProvider implements KycProvider {
  readonly name = ACME;
  readonly isTest: boolean;
  readonly #options: AcmeOptions;
  readonly #api: AcmeApi;

  constructor(options: AcmeOptions) {
    this.#options = options;
    this.#api = new AcmeApi(options);
    this.isTest = options.apiKey.startsWith('acme_test_');
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    return hostedSession(await this.#api.createCheck(request, signal));
  }

  /** Makes the same call as `createSession`, under the same key. */
  recoverSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    return this.createSession(request, signal);
  }

  async resumeSession({ sessionId }: OpenSession, signal: AbortSignal): Promise<HostedSession> {
    const check = await this.#api.readCheckForResume(sessionId, signal);
    if (check.page_url === null) throw new SessionNotResumableError(ACME, 'the check no longer has a page');
    return hostedSession(check);
  }

  async readDecision(sessionId: string, signal: AbortSignal): Promise<KycEvent | null> {
    const event = eventOfCheck(await this.#api.readCheck(sessionId, signal));
    return event.outcome === 'noted' ? null : event;
  }

  /** The lookup is the id of the check. */
  readLookup(lookup: string, signal: AbortSignal): Promise<KycEvent | null> {
    return this.readDecision(lookup, signal);
  }

  /** Acme keeps no data outside the check. */
  async eraseSession({ sessionId }: ErasableSession, signal: AbortSignal): Promise<Erasure> {
    return { finalAt: await this.#api.destroyCheck(sessionId, signal), hasKeptSharedData: false };
  }

  async checkAccess(signal: AbortSignal): Promise<Access> {
    return { at: await this.#api.checkAccess(signal) };
  }

  receive(delivery: Delivery): ReceivedEvent {
    return receiveDelivery(delivery, this.#options);
  }
}

function hostedSession({ id, page_url, expires_at }: Check): HostedSession {
  return { sessionId: id, url: page_url, sdkToken: null, expiresAt: expires_at, resumeToken: null };
}
