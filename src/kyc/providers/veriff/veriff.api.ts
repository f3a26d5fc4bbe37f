import type { z } from 'zod';
import { hmacSha256Hex } from '../../../common/hmac.js';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../provider-errors.js';
import { callProvider, type ProviderCall } from '../provider-http.js';
import { createAnswer, decisionAnswer, type Verification } from './veriff.schemas.js';

const PATH_ID = /^[\w-]{1,255}$/;

export interface VeriffApiOptions {
  apiKey: string;
  /** Signs what we send. */
  sharedSecret: string;
  /** With its version, without a trailing slash. */
  apiUrl: string;
}

export interface NewVerification {
  callback?: string;
  vendorData: string;
  endUserId?: string;
}

/** The two calls of Veriff's API that the gateway makes. Each is made once; repeating is the caller's business. */
export class VeriffApi {
  constructor(private readonly options: VeriffApiOptions) {}

  async createSession(
    verification: NewVerification,
    signal: AbortSignal,
  ): Promise<{ id: string; url: string }> {
    const body = JSON.stringify({ verification });
    // A POST is signed over its body, a GET over the session's id.
    const json = await this.call({ method: 'POST', path: '/sessions', body, signal }, body);
    return check(createAnswer, 'POST /sessions', json).verification;
  }

  /** `null`: nothing decided yet. A status in `sessionOverOn` means that there is no way back into the session. */
  async readDecision(
    sessionId: string,
    signal: AbortSignal,
    sessionOverOn: readonly number[] = [],
  ): Promise<Verification | null> {
    if (!PATH_ID.test(sessionId))
      throw new ProviderRefusedError('veriff', 'what should go into the path is no id');
    const path = `/sessions/${sessionId}/decision`;
    const json = await this.call({ method: 'GET', path, signal }, sessionId, sessionOverOn);
    const { verification } = check(decisionAnswer, 'GET decision', json);
    if (verification !== null && verification.id !== sessionId) {
      throw new ProviderUnavailableError('veriff', 'GET decision: the answer is about another session');
    }
    return verification;
  }

  private async call(
    { path, ...call }: Pick<ProviderCall, 'method' | 'body' | 'signal'> & { path: string },
    signed: string,
    sessionOverOn: readonly number[] = [],
  ): Promise<unknown> {
    const { apiKey, sharedSecret, apiUrl } = this.options;
    const headers = {
      accept: 'application/json',
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
      'x-auth-client': apiKey,
      'x-hmac-signature': hmacSha256Hex(sharedSecret, signed),
    };
    const answer = await callProvider(
      { ...call, provider: 'veriff', url: apiUrl + path, headers },
      sessionOverOn,
    );
    if (sessionOverOn.includes(answer.status)) {
      throw new SessionNotResumableError('veriff', `${call.method} decision: answered ${answer.status}`);
    }
    return answer.json;
  }
}

function check<Shape>(schema: z.ZodType<Shape>, where: string, json: unknown): Shape {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new ProviderUnavailableError('veriff', `${where}: not the documented answer`, {
    cause: result.error,
  });
}
