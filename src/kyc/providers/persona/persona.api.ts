import { createHash } from 'node:crypto';
import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import type { SessionRequest } from '../kyc-provider.ts';
import {
  ProviderUnavailableError,
  RequestNotExecutedError,
  SessionNotFoundError,
  SessionNotResumableError,
} from '../provider-errors.ts';
import { parseResponse, requireSameId } from '../shared/parsing.ts';
import { pathId } from '../shared/path-id.ts';
import { callProvider, dateOf, type ProviderResponse } from '../shared/provider-http.ts';
import { PERSONA } from './persona.mapping.ts';
import {
  accountSchema,
  erasableInquirySchema,
  type Inquiry,
  inquiryListSchema,
  inquirySchema,
  linkSchema,
} from './persona.schemas.ts';

const API_VERSION = '2025-12-08';
const LIFETIME_SECONDS = 86_400;
const NO_USER = '00000000-0000-0000-0000-000000000000';

export interface PersonaApiOptions {
  dispatcher: Dispatcher;
  apiKey: string;
  /** `itmpl_…`, `itmplv_…` or the older `tmpl_…`. */
  templateId: string;
  /** With `/api/v1`, without a slash at the end. */
  apiUrl: string;
}

export interface Erasable {
  isRedacted: boolean;
  referenceId: string | null;
  accountId: string | null;
}

interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: string;
  idempotencyKey?: string;
  expected?: readonly number[];
}

/** The gateway sends no personal data to Persona. */
export class PersonaApi {
  readonly #options: PersonaApiOptions;

  constructor(options: PersonaApiOptions) {
    this.#options = options;
  }

  /**
   * Persona stores its first response to an idempotency key for about a day, including an error. The key contains the
   * attempt and the hash of the body. Therefore the same attempt finds its inquiry after a crash, and a changed body
   * gets a new key instead of an error. A call without a response is repeated once under the same key. After a 5xx, the
   * repeated call uses a second key, which also contains the time, because Persona returns the stored 5xx under the
   * first key.
   */
  async createInquiry(request: SessionRequest, signal: AbortSignal): Promise<Inquiry> {
    const body = JSON.stringify(inquiryFor(this.#options.templateId, request));
    const key = `${request.attemptId}-${createHash('sha256').update(body).digest('hex').slice(0, 16)}`;
    const create = (idempotencyKey: string): Promise<Inquiry> =>
      this.#call(inquirySchema, { method: 'POST', path: '/inquiries', body, idempotencyKey }, signal);
    try {
      return await create(key);
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'final' || signal.aborted) throw error;
      if (failure === 'server_error') return create(`${key}-${request.now.getTime()}`);
      return create(key).catch((second: unknown) => {
        // Without an answer to the second call it is still not known whether the first one was executed.
        throw wasExecuted(second) ? second : error;
      });
    }
  }

  async readInquiry(inquiryId: string, signal: AbortSignal): Promise<Inquiry> {
    const call = { method: 'GET', path: inquiryPath(inquiryId) } as const;
    return onlyAbout(inquiryId, await this.#call(inquirySchema, call, signal));
  }

  /** @throws SessionNotFoundError if Persona does not know the inquiry */
  async readInquiryForResume(inquiryId: string, signal: AbortSignal): Promise<Inquiry> {
    const call = { method: 'GET', path: inquiryPath(inquiryId) } as const;
    return onlyAbout(inquiryId, await this.#callOpen(inquirySchema, call, [404], signal));
  }

  /**
   * Persona allows 25 sessions per inquiry, and returns an unused session again.
   * @throws SessionNotResumableError if the inquiry is over, SessionNotFoundError if Persona does not know it
   */
  async resumeInquiry(inquiryId: string, signal: AbortSignal): Promise<Inquiry> {
    const call = { method: 'POST', path: `${inquiryPath(inquiryId)}/resume` } as const;
    return onlyAbout(inquiryId, await this.#callOpen(inquirySchema, call, [404, 409], signal));
  }

  /** @throws SessionNotResumableError if the inquiry is over, SessionNotFoundError if Persona does not know it */
  async createOneTimeLink(inquiryId: string, signal: AbortSignal): Promise<string> {
    const call = { method: 'POST', path: `${inquiryPath(inquiryId)}/generate-one-time-link` } as const;
    return (await this.#callOpen(linkSchema, call, [404, 409], signal)).meta.oneTimeLink;
  }

  async findInquiryForErasure(inquiryId: string, signal: AbortSignal): Promise<Erasable | null> {
    const call = { method: 'GET', path: inquiryPath(inquiryId), expected: [404] } as const;
    const response = await this.#send(call, signal);
    if (response.status === 404) return null;
    const parsed = parse(erasableInquirySchema, call, response);
    const { attributes, relationships } = onlyAbout(inquiryId, parsed).data;
    return {
      isRedacted: attributes.redactedAt !== null,
      referenceId: attributes.referenceId,
      accountId: relationships?.account?.data?.id ?? null,
    };
  }

  async findAccountById(accountId: string, signal: AbortSignal): Promise<Omit<Erasable, 'accountId'> | null> {
    const call = { method: 'GET', path: accountPath(accountId), expected: [404] } as const;
    const response = await this.#send(call, signal);
    if (response.status === 404) return null;
    const { attributes } = onlyAbout(accountId, parse(accountSchema, call, response)).data;
    return { isRedacted: attributes.redactedAt !== null, referenceId: attributes.referenceId };
  }

  /** Lists the inquiries of a reference that no user has. */
  async checkAccess(signal: AbortSignal): Promise<Date | null> {
    const filter = new URLSearchParams({ 'filter[reference-id]': NO_USER, 'page[size]': '1' });
    const call = { method: 'GET', path: `/inquiries?${filter.toString()}` } as const;
    const response = await this.#send(call, signal);
    parseResponse(PERSONA, 'GET /inquiries', inquiryListSchema, response.json);
    return dateOf(response.headers);
  }

  redactInquiry(inquiryId: string, signal: AbortSignal): Promise<'redacted' | 'conflict'> {
    return this.#redact(inquiryId, inquiryPath(inquiryId), erasableInquirySchema, signal);
  }

  redactAccount(accountId: string, signal: AbortSignal): Promise<'redacted' | 'conflict'> {
    return this.#redact(accountId, accountPath(accountId), accountSchema, signal);
  }

  /**
   * Persona responds 409 in two cases: the object was redacted before, or another request changes it at this moment.
   */
  async #redact(
    id: string,
    path: string,
    schema: typeof erasableInquirySchema | typeof accountSchema,
    signal: AbortSignal,
  ): Promise<'redacted' | 'conflict'> {
    const call = { method: 'DELETE', path, expected: [404, 409] } as const;
    const response = await this.#send(call, signal);
    if (response.status === 409) return 'conflict';
    if (response.status !== 404) onlyAbout(id, parse(schema, call, response));
    return 'redacted';
  }

  async #call<Schema extends z.ZodType>(
    schema: Schema,
    call: Call,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> {
    return parse(schema, call, await this.#send(call, signal));
  }

  /** Like #call, but throws if the status is in `overOn`, because the session is then over or does not exist. */
  async #callOpen<Schema extends z.ZodType>(
    schema: Schema,
    call: Call,
    overOn: readonly number[],
    signal: AbortSignal,
  ): Promise<z.output<Schema>> {
    const response = await this.#send({ ...call, expected: overOn }, signal);
    if (!overOn.includes(response.status)) return parse(schema, call, response);
    const where = `${call.method} ${call.path}: responded ${response.status}`;
    if (response.status === 404) throw new SessionNotFoundError(PERSONA, where);
    throw new SessionNotResumableError(PERSONA, where);
  }

  #send({ method, path, body, idempotencyKey, expected }: Call, signal: AbortSignal) {
    const headers = {
      authorization: `Bearer ${this.#options.apiKey}`,
      accept: 'application/json',
      'persona-version': API_VERSION,
      'key-inflection': 'kebab',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    const url = this.#options.apiUrl + path;
    const { dispatcher } = this.#options;
    const content = body === undefined ? {} : { body };
    return callProvider(
      { provider: PERSONA, dispatcher, method, url, headers, signal, ...content },
      expected,
    );
  }
}

const inquiryPath = (inquiryId: string): string => `/inquiries/${pathId(PERSONA, inquiryId)}`;
const accountPath = (accountId: string): string => `/accounts/${pathId(PERSONA, accountId)}`;

function parse<Schema extends z.ZodType>(
  schema: Schema,
  { method, path }: Call,
  { json }: ProviderResponse,
): z.output<Schema> {
  return parseResponse(PERSONA, `${method} ${path}`, schema, json);
}

function onlyAbout<Found extends { data: { id: string } }>(id: string, found: Found): Found {
  requireSameId(PERSONA, 'inquiry or account', id, found.data.id);
  return found;
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

/** A request must name the template in exactly one of three fields. */
function templateSelector(templateId: string): Record<string, string> {
  if (templateId.startsWith('itmplv_')) return { 'inquiry-template-version-id': templateId };
  if (templateId.startsWith('itmpl_')) return { 'inquiry-template-id': templateId };
  return { 'template-id': templateId };
}

function wasExecuted(error: unknown): boolean {
  if (error instanceof RequestNotExecutedError) return false;
  return !(error instanceof ProviderUnavailableError && error.status === 429);
}

/** Classifies a failure by whether the request can be repeated safely. */
function failureOf(error: unknown): 'no_response' | 'server_error' | 'final' {
  if (!(error instanceof ProviderUnavailableError)) return 'final';
  if (error.isUnanswered) return 'no_response';
  return error.status !== null && error.status >= 500 ? 'server_error' : 'final';
}
