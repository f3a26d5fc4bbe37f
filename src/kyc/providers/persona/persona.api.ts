import { createHash } from 'node:crypto';
import type { z } from 'zod';
import type { SessionRequest } from '../kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../provider-errors.ts';
import { callProvider, type ProviderAnswer } from '../provider-http.ts';
import {
  AccountAnswer,
  ErasableInquiry,
  InquiryAnswer,
  LinkAnswer,
  readAnswer,
  type Inquiry,
} from './persona.schemas.ts';

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

/** An inquiry as far as redacting needs to know it. */
export interface Erasable {
  isRedacted: boolean;
  referenceId: string | null;
  accountId: string | null;
}

interface Body {
  body?: string;
  idempotencyKey?: string;
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

  /** `null` where Persona knows no such inquiry. */
  async findErasable(inquiryId: string, signal: AbortSignal): Promise<Erasable | null> {
    const answer = await this.ask('GET', inquiryPath(inquiryId), signal, {}, [404]);
    if (answer.status === 404) return null;
    const { attributes, relationships } = onlyAbout(inquiryId, readAnswer(ErasableInquiry, answer.json)).data;
    return {
      isRedacted: attributes.redactedAt !== null,
      referenceId: attributes.referenceId,
      accountId: relationships?.account?.data?.id ?? null,
    };
  }

  /** `null` where Persona knows no such account. */
  async findAccount(accountId: string, signal: AbortSignal): Promise<Omit<Erasable, 'accountId'> | null> {
    const answer = await this.ask('GET', accountPath(accountId), signal, {}, [404]);
    if (answer.status === 404) return null;
    const { attributes } = onlyAbout(accountId, readAnswer(AccountAnswer, answer.json)).data;
    return { isRedacted: attributes.redactedAt !== null, referenceId: attributes.referenceId };
  }

  redactInquiry(inquiryId: string, signal: AbortSignal): Promise<'redacted' | 'conflict'> {
    return this.redact(inquiryPath(inquiryId), signal, (json) =>
      onlyAbout(inquiryId, readAnswer(ErasableInquiry, json)),
    );
  }

  redactAccount(accountId: string, signal: AbortSignal): Promise<'redacted' | 'conflict'> {
    return this.redact(accountPath(accountId), signal, (json) =>
      onlyAbout(accountId, readAnswer(AccountAnswer, json)),
    );
  }

  /** 409 says that it is redacted already, but also that somebody else is changing it at this moment. */
  private async redact(
    path: string,
    signal: AbortSignal,
    check: (json: unknown) => unknown,
  ): Promise<'redacted' | 'conflict'> {
    const answer = await this.ask('DELETE', path, signal, {}, [404, 409]);
    if (answer.status === 409) return 'conflict';
    if (answer.status !== 404) check(answer.json);
    return 'redacted';
  }

  private async call<Schema extends z.ZodType>(
    schema: Schema,
    method: 'GET' | 'POST',
    path: string,
    signal: AbortSignal,
    extra: Body & { sessionOverOn?: readonly number[] } = {},
  ): Promise<z.output<Schema>> {
    const { sessionOverOn = [], ...body } = extra;
    const answer = await this.ask(method, path, signal, body, sessionOverOn);
    if (sessionOverOn.includes(answer.status)) {
      throw new SessionNotResumableError('persona', `${method} ${path}: answered ${answer.status}`);
    }
    return readAnswer(schema, answer.json);
  }

  private ask(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    signal: AbortSignal,
    { body, idempotencyKey }: Body,
    expected: readonly number[],
  ): Promise<ProviderAnswer> {
    const headers = {
      authorization: `Bearer ${this.options.apiKey}`,
      accept: 'application/json',
      'persona-version': API_VERSION,
      'key-inflection': 'kebab',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    };
    const url = this.options.apiUrl + path;
    const content = body === undefined ? {} : { body };
    return callProvider({ provider: 'persona', method, url, headers, signal, ...content }, expected);
  }
}

const inquiryPath = (inquiryId: string): string => `/inquiries/${pathId(inquiryId)}`;
const accountPath = (accountId: string): string => `/accounts/${pathId(accountId)}`;

/** @throws ProviderRefusedError for what would lead elsewhere (`..`, or nothing) */
function pathId(id: string): string {
  if (PATH_ID.test(id)) return id;
  throw new ProviderRefusedError('persona', 'what should go into the path is no id');
}

function onlyAbout<Answer extends { data: { id: string } }>(id: string, answer: Answer): Answer {
  if (answer.data.id === id) return answer;
  throw new ProviderUnavailableError('persona', 'undocumented answer: it is about something else');
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
