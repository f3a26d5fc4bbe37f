import { randomUUID } from 'node:crypto';
import type { Dispatcher } from 'undici';
import { hmacSha256Hex } from '../../../common/hmac.ts';
import { SessionNotFoundError } from '../provider-errors.ts';
import { parseResponse, requireSameId } from '../shared/parsing.ts';
import { pathId } from '../shared/path-id.ts';
import { callProvider, dateOf, type ProviderResponse } from '../shared/provider-http.ts';
import { VERIFF } from './veriff.mapping.ts';
import { createdSessionSchema, decisionSchema, deletionSchema, type Verification } from './veriff.schemas.ts';

export interface VeriffApiOptions {
  dispatcher: Dispatcher;
  apiKey: string;
  /** The shared secrets of the integration, newest first. The newest secret signs requests. */
  secrets: readonly string[];
  /** Includes the version, without a slash at the end. */
  apiUrl: string;
}

export interface NewVerification {
  callback?: string;
  vendorData: string;
  endUserId?: string;
}

/** `at` is the time of the deletion by Veriff's clock. */
export type Deletion = { refusedWith: null; at: Date | null } | { refusedWith: 400 | 404 };

interface Call {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  body?: string;
  /** The signed part of the request: the body of a POST, the id of the session for GET and DELETE. */
  signed: string;
  expected?: readonly number[];
}

export class VeriffApi {
  readonly #options: VeriffApiOptions;

  constructor(options: VeriffApiOptions) {
    this.#options = options;
  }

  async createSession(
    verification: NewVerification,
    signal: AbortSignal,
  ): Promise<{ id: string; url: string }> {
    const body = JSON.stringify({ verification });
    const call = { method: 'POST', path: '/sessions', body, signed: body } as const;
    const { json } = await this.#send(call, signal);
    return parseResponse(VERIFF, 'POST /sessions', createdSessionSchema, json).verification;
  }

  /** Returns null while nothing is decided. */
  async readDecision(sessionId: string, signal: AbortSignal): Promise<Verification | null> {
    const call = { method: 'GET', path: `${pathOf(sessionId)}/decision`, signed: sessionId } as const;
    return decisionOf(sessionId, await this.#send(call, signal));
  }

  /**
   * Like readDecision, for a session that the user may continue.
   * @throws SessionNotFoundError if Veriff does not know the session
   */
  async readDecisionForResume(sessionId: string, signal: AbortSignal): Promise<Verification | null> {
    const path = `${pathOf(sessionId)}/decision`;
    const call = { method: 'GET', path, signed: sessionId, expected: [404] } as const;
    const response = await this.#send(call, signal);
    if (response.status !== 404) return decisionOf(sessionId, response);
    throw new SessionNotFoundError(VERIFF, 'GET decision: responded 404');
  }

  /** Veriff has no list, so this reads a session that does not exist. Veriff checks the credentials first. */
  async checkAccess(signal: AbortSignal): Promise<Date | null> {
    const id = randomUUID();
    const call = { method: 'GET', path: `${pathOf(id)}/decision`, signed: id, expected: [404] } as const;
    const response = await this.#send(call, signal);
    if (response.status !== 404) decisionOf(id, response);
    return dateOf(response.headers);
  }

  async deleteSession(sessionId: string, signal: AbortSignal): Promise<Deletion> {
    const path = pathOf(sessionId);
    const call = { method: 'DELETE', path, signed: sessionId, expected: [400, 404] } as const;
    const response = await this.#send(call, signal);
    if (response.status === 400 || response.status === 404) return { refusedWith: response.status };
    const { verification } = parseResponse(VERIFF, 'DELETE session', deletionSchema, response.json);
    requireSameId(VERIFF, 'DELETE session', sessionId, verification.id);
    return { refusedWith: null, at: dateOf(response.headers) };
  }

  #send({ method, path, body, signed, expected }: Call, signal: AbortSignal): Promise<ProviderResponse> {
    const { apiKey, secrets, apiUrl, dispatcher } = this.#options;
    const headers = {
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
      'x-auth-client': apiKey,
      'x-hmac-signature': hmacSha256Hex(secrets[0] ?? '', signed),
    };
    const content = body === undefined ? {} : { body };
    return callProvider(
      { provider: VERIFF, dispatcher, method, url: apiUrl + path, headers, signal, ...content },
      expected,
    );
  }
}

function pathOf(sessionId: string): string {
  return `/sessions/${pathId(VERIFF, sessionId)}`;
}

function decisionOf(sessionId: string, { json }: ProviderResponse): Verification | null {
  const { verification } = parseResponse(VERIFF, 'GET decision', decisionSchema, json);
  if (verification !== null) requireSameId(VERIFF, 'GET decision', sessionId, verification.id);
  return verification;
}
