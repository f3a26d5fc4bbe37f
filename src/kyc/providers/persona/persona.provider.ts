import { createHash } from 'node:crypto';
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
import { PersonaApi, type PersonaApiOptions } from './persona.api.ts';
import { eraseInquiry } from './persona.erasure.ts';
import { readingOfEvent, readingOfStatus } from './persona.outcomes.ts';
import { readEvent, type Inquiry } from './persona.schemas.ts';
import { SIGNATURE_HEADER, verifySignature } from './persona.signature.ts';

export interface PersonaOptions extends PersonaApiOptions {
  /** Newest first, each whole with its `wbhsec_`. */
  webhookSecrets: readonly string[];
  /** For templates without a workflow that approves: the end of the user's way is then the approval. */
  isCompletedApproved: boolean;
}

/** A session is an inquiry, and its reference id our user id. */
export class PersonaProvider implements KycProvider {
  readonly name = 'persona';
  private readonly api: PersonaApi;

  constructor(private readonly options: PersonaOptions) {
    this.api = new PersonaApi(options);
  }

  async createSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    const inquiry = await this.api.createInquiry(request, signal);
    const url = inquiry.meta?.oneTimeLink ?? null;
    const sdkToken = inquiry.meta?.sessionToken ?? null;
    if (url === null && sdkToken === null) {
      throw new ProviderUnavailableError(this.name, 'undocumented answer: an inquiry without link and token');
    }
    return hostedSession(inquiry, url, sdkToken);
  }

  /** The very same call: under the attempt's key Persona gives its first answer again, or opens the inquiry now. */
  recoverSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    return this.createSession(request, signal);
  }

  /** A `created` inquiry opens by its link alone, and has no session yet that could be resumed. */
  async resumeSession({ sessionId }: OpenSession, signal: AbortSignal): Promise<HostedSession> {
    const inquiry = await this.api.readOpenInquiry(sessionId, signal);
    const { status } = inquiry.data.attributes;
    if (status === 'created') {
      return hostedSession(inquiry, await this.api.generateOneTimeLink(sessionId, signal), null);
    }
    if (status !== 'pending')
      throw new SessionNotResumableError(this.name, 'the inquiry is not open any more');

    const resumed = await this.api.resume(sessionId, signal);
    const url = await this.api.generateOneTimeLink(sessionId, signal);
    return hostedSession(resumed, url, resumed.meta?.sessionToken ?? null);
  }

  async readDecision(sessionId: string, signal: AbortSignal): Promise<KycEvent | null> {
    const { attributes } = (await this.api.readInquiry(sessionId, signal)).data;
    const { status, referenceId, updatedAt } = attributes;
    if (status === 'created') return null;

    const { outcome, reason, datedBy } = readingOfStatus(status, this.options.isCompletedApproved);
    const occurredAt = (datedBy === null ? null : attributes[datedBy]) ?? updatedAt;
    if (occurredAt === null && (outcome === 'approved' || outcome === 'declined')) {
      throw new ProviderUnavailableError(this.name, `undocumented answer: an inquiry ${outcome} at no time`);
    }
    const eventKey = boundedKey(`poll:${sessionId}:${status}:${occurredAt?.toISOString() ?? '-'}`);
    return { provider: this.name, eventKey, sessionId, reference: referenceId, outcome, reason, occurredAt };
  }

  /** Every event of Persona names its verdict: `receive` asks for no lookup. */
  readLookup(): Promise<null> {
    return Promise.resolve(null);
  }

  eraseSession(sessionId: string, signal: AbortSignal): Promise<Erasure> {
    return eraseInquiry(this.api, sessionId, signal);
  }

  receive({ headers, body, receivedAt }: Delivery): ReceivedEvent {
    verifySignature(headers[SIGNATURE_HEADER], body, this.options.webhookSecrets, receivedAt);
    const event = readEvent(body);
    return {
      provider: this.name,
      eventKey: event.id,
      sessionId: event.inquiryId,
      reference: event.referenceId,
      ...readingOfEvent(event.name, this.options.isCompletedApproved),
      occurredAt: event.createdAt,
      lookup: null,
    };
  }
}

function hostedSession({ data }: Inquiry, url: string | null, sdkToken: string | null): HostedSession {
  return { sessionId: data.id, url, sdkToken, expiresAt: data.attributes.expiresAt, resumeToken: null };
}

/** Ids and words as long as a column allows would together be too long for one. */
function boundedKey(key: string): string {
  return key.length <= 255 ? key : `poll:${createHash('sha256').update(key).digest('hex')}`;
}
