import type { Dispatcher } from 'undici';
import { z } from 'zod';
import type { SessionRequest } from '../../../src/kyc/providers/kyc-provider.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotFoundError,
} from '../../../src/kyc/providers/provider-errors.ts';
import { parseResponse, requireSameId } from '../../../src/kyc/providers/shared/parsing.ts';
import { pathId } from '../../../src/kyc/providers/shared/path-id.ts';
import {
  callProvider,
  dateOf,
  isNotFound,
  type ProviderResponse,
} from '../../../src/kyc/providers/shared/provider-http.ts';
import { ACME } from './acme.mapping.ts';
import { accountSchema, type Check, checkSchema, destructionSchema } from './acme.schemas.ts';

/** Acme responds with them as long as another call works on the same key or the same check. */
const TEMPORARY_CONFLICTS: ReadonlySet<string | null> = new Set(['key_in_use', 'check_in_progress']);
const problemSchema = z.object({ error: z.object({ code: z.string() }) });

export interface AcmeApiOptions {
  dispatcher: Dispatcher;
  apiKey: string;
  /** With its version, without a slash at the end. */
  apiUrl: string;
}

interface Call {
  method: 'GET' | 'POST';
  path: string;
  form?: Readonly<Record<string, string>>;
  idempotencyKey?: string;
  /** Statuses that the caller handles. */
  expected?: readonly number[];
}

export class AcmeApi {
  readonly #options: AcmeApiOptions;

  constructor(options: AcmeApiOptions) {
    this.#options = options;
  }

  /** Under the key of the attempt, Acme repeats its first response instead of creating a second check. */
  async createCheck(request: SessionRequest, signal: AbortSignal): Promise<Check> {
    const form = { customer_ref: request.userId, return_url: request.redirectUrl };
    const call = { method: 'POST', path: '/checks', form, idempotencyKey: request.attemptId } as const;
    const { json } = await this.#send(call, signal);
    return parseResponse(ACME, 'POST /checks', checkSchema, json);
  }

  async readCheck(id: string, signal: AbortSignal): Promise<Check> {
    return parse(id, checkSchema, await this.#send({ method: 'GET', path: pathOf(id) }, signal));
  }

  /** @throws SessionNotFoundError if Acme does not know the check, or has destroyed it */
  async readCheckForResume(id: string, signal: AbortSignal): Promise<Check> {
    const call = { method: 'GET', path: pathOf(id), expected: [404, 410] } as const;
    const response = await this.#send(call, signal);
    if (!isNotFound(response.status)) return parse(id, checkSchema, response);
    throw new SessionNotFoundError(ACME, `GET check: responded ${response.status}`);
  }

  /** Returns the time of the destruction, or null if Acme does not know the check. */
  async destroyCheck(id: string, signal: AbortSignal): Promise<Date | null> {
    const call = { method: 'POST', path: `${pathOf(id)}/destroy`, expected: [404] } as const;
    const response = await this.#send(call, signal);
    return response.status === 404 ? null : parse(id, destructionSchema, response).destroyed_at;
  }

  /** Reads the account, which contains no data of users. */
  async checkAccess(signal: AbortSignal): Promise<Date | null> {
    const { json, headers } = await this.#send({ method: 'GET', path: '/account' }, signal);
    parseResponse(ACME, 'GET /account', accountSchema, json);
    return dateOf(headers);
  }

  async #send(call: Call, signal: AbortSignal): Promise<ProviderResponse> {
    const { method, path, form, idempotencyKey, expected = [] } = call;
    const { apiKey, apiUrl, dispatcher } = this.#options;
    const headers = {
      authorization: `Bearer ${apiKey}`,
      ...(form !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };
    const content = form === undefined ? {} : { body: new URLSearchParams(form).toString() };
    const request = { provider: ACME, dispatcher, method, url: apiUrl + path, headers, signal, ...content };
    const response = await callProvider({ ...request, errorCode }, [...expected, 409]);
    if (response.status !== 409) return response;
    const message = `${method} ${path}: responded 409 (${response.errorCode ?? 'without a code'})`;
    throw TEMPORARY_CONFLICTS.has(response.errorCode)
      ? new ProviderUnavailableError(ACME, message, { status: 409 })
      : new ProviderRefusedError(ACME, message, { status: 409 });
  }
}

function errorCode(json: unknown): string | undefined {
  return problemSchema.safeParse(json).data?.error.code;
}

function pathOf(id: string): string {
  return `/checks/${pathId(ACME, id)}`;
}

function parse<Schema extends z.ZodType<{ id: string }>>(
  id: string,
  schema: Schema,
  { json }: ProviderResponse,
): z.output<Schema> {
  const found = parseResponse(ACME, 'check', schema, json);
  requireSameId(ACME, 'check', id, found.id);
  return found;
}
