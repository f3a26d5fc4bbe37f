import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { SessionRequest } from '../kyc-provider.js';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../provider-errors.js';
import { callProvider } from '../provider-http.js';
import { InquiryAnswer, LinkAnswer, readAnswer, type Inquiry } from './persona.schemas.js';

const API_VERSION = '2025-12-08';
const LIFETIME_SECONDS = 86_400;
const PATH_ID = /^[\w-]{1,255}$/;

export interface PersonaApiOptions {
  apiKey: string;
  /** `itmpl_…`, `itmplv_…` or the older `tmpl_…`. */
  templateId: string;
  /** With `/api/v1`, without a slash at the end. */
  apiUrl: string;
}

/** Persona's HTTP API as far as we use it. No personal data is sent. */
export class PersonaApi {
  constructor(private readonly options: PersonaApiOptions) {}

  /**
   * Persona stores the first answer to an idempotency key, errors too, for a day or so. The key names attempt and
   * body: after a crash the same attempt finds its inquiry again, and another body is not an error. A call that
   * got no answer is repeated once under the same key; one that got a 5xx under a key that holds the time too,
   * for the stored 5xx would come back under the first for as long as Persona keeps it.
   */
  async createInquiry(request: SessionRequest, signal: AbortSignal): Promise<Inquiry> {
    const body = JSON.stringify(inquiryFor(this.options.templateId, request));
    const key = `${request.attemptId}-${createHash('sha256').update(body).digest('hex').slice(0, 16)}`;
    const create = (idempotencyKey: string): Promise<Inquiry> =>
      this.call(InquiryAnswer, 'POST', '/inquiries', signal, { body, idempotencyKey });
    try {
      return await create(key);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'final' || signal.aborted) throw error;
      return create(failure === 'no_answer' ? key : `${key}-${request.now.getTime()}`);
    }
  }

  async readInquiry(inquiryId: string, signal: AbortSignal): Promise<Inquiry> {
    return onlyAbout(inquiryId, await this.call(InquiryAnswer, 'GET', inquiryPath(inquiryId), signal));
  }

  /** As readInquiry, where 404 means that the session is over. */
  async readOpenInquiry(inquiryId: string, signal: AbortSignal): Promise<Inquiry> {
    const extra = { sessionOverOn: [404] };
    return onlyAbout(inquiryId, await this.call(InquiryAnswer, 'GET', inquiryPath(inquiryId), signal, extra));
  }

  /** Opens a session of a pending inquiry. Persona grants 25 an inquiry, and gives out an unused one again. */
  async resume(inquiryId: string, signal: AbortSignal): Promise<Inquiry> {
    const path = `${inquiryPath(inquiryId)}/resume`;
    const extra = { sessionOverOn: [404, 409] };
    return onlyAbout(inquiryId, await this.call(InquiryAnswer, 'POST', path, signal, extra));
  }

  async generateOneTimeLink(inquiryId: string, signal: AbortSignal): Promise<string> {
    const path = `${inquiryPath(inquiryId)}/generate-one-time-link`;
    const answer = await this.call(LinkAnswer, 'POST', path, signal, { sessionOverOn: [404, 409] });
    return answer.meta.oneTimeLink;
  }

  private async call<Schema extends z.ZodType>(
    schema: Schema,
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    extra: { body?: string; idempotencyKey?: string; sessionOverOn?: readonly number[] } = {},
  ): Promise<z.output<Schema>> {
    const { body, idempotencyKey, sessionOverOn = [] } = extra;
    const headers = {
      authorization: `Bearer ${this.options.apiKey}`,
      accept: 'application/json',
      'persona-version': API_VERSION,
      'key-inflection': 'kebab',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    };
    const url = this.options.apiUrl + path;
    const answer = await callProvider(
      { provider: 'persona', method, url, headers, signal, ...(body === undefined ? {} : { body }) },
      sessionOverOn,
    );
    if (sessionOverOn.includes(answer.status)) {
      throw new SessionNotResumableError('persona', `${method} ${path}: answered ${answer.status}`);
    }
    return readAnswer(schema, answer.json);
  }
}

/** @throws ProviderRefusedError for what would lead elsewhere than to one inquiry (`..`, or nothing) */
function inquiryPath(inquiryId: string): string {
  if (!PATH_ID.test(inquiryId))
    throw new ProviderRefusedError('persona', 'what should go into the path is no id');
  return `/inquiries/${inquiryId}`;
}

function onlyAbout(inquiryId: string, inquiry: Inquiry): Inquiry {
  if (inquiry.data.id === inquiryId) return inquiry;
  throw new ProviderUnavailableError('persona', 'undocumented answer: it is about another inquiry');
}

function inquiryFor(templateId: string, request: SessionRequest): object {
  return {
    data: { attributes: { ...templateSelector(templateId), 'redirect-uri': request.redirectUrl } },
    meta: {
      'auto-create-account': true,
      'auto-create-account-reference-id': request.userId,
      'auto-create-inquiry-session': true,
      'auto-create-one-time-link': true,
      'expiration-after-create-interval-seconds': LIFETIME_SECONDS,
      'expiration-after-start-interval-seconds': LIFETIME_SECONDS,
      'expiration-after-resume-interval-seconds': LIFETIME_SECONDS,
    },
  };
}

/** Persona wants exactly one of the three. */
function templateSelector(templateId: string): Record<string, string> {
  if (templateId.startsWith('itmplv_')) return { 'inquiry-template-version-id': templateId };
  if (templateId.startsWith('itmpl_')) return { 'inquiry-template-id': templateId };
  return { 'template-id': templateId };
}

/** Which repetition is safe. */
function failureOf(error: unknown): 'no_answer' | 'server_error' | 'final' {
  if (!(error instanceof ProviderUnavailableError)) return 'final';
  if (error.isUnanswered) return 'no_answer';
  return error.status !== null && error.status >= 500 ? 'server_error' : 'final';
}
