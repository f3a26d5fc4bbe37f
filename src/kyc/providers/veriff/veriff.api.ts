import type { z } from 'zod';
import { hmacSha256Hex } from '../../../common/hmac.ts';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  SessionNotResumableError,
} from '../provider-errors.ts';
import { callProvider, type ProviderAnswer, type ProviderCall } from '../provider-http.ts';
import { createAnswer, decisionAnswer, deletionAnswer, type Verification } from './veriff.schemas.ts';

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

export type Deletion = { refusedWith: null; at: Date | null } | { refusedWith: 400 | 404 };

/** The calls of Veriff's API that the gateway makes. Each is made once; repeating is the caller's business. */
export class VeriffApi {
  constructor(private readonly options: VeriffApiOptions) {}

  async createSession(
    verification: NewVerification,
    signal: AbortSignal,
  ): Promise<{ id: string; url: string }> {
    const body = JSON.stringify({ verification });
    // A POST is signed over its body, a GET and a DELETE over the session's id.
    const { json } = await this.call({ method: 'POST', path: '/sessions', body, signal }, body);
    return check(createAnswer, 'POST /sessions', json).verification;
  }

  /** `null`: nothing decided yet. A status in `sessionOverOn` means that there is no way back into the session. */
  async readDecision(
    sessionId: string,
    signal: AbortSignal,
    sessionOverOn: readonly number[] = [],
  ): Promise<Verification | null> {
    const path = `${pathOf(sessionId)}/decision`;
    const { status, json } = await this.call({ method: 'GET', path, signal }, sessionId, sessionOverOn);
    if (sessionOverOn.includes(status)) {
      throw new SessionNotResumableError('veriff', `GET decision: answered ${status}`);
    }
    const { verification } = check(decisionAnswer, 'GET decision', json);
    if (verification !== null && verification.id !== sessionId) {
      throw new ProviderUnavailableError('veriff', 'GET decision: the answer is about another session');
    }
    return verification;
  }

  /** When it was deleted by Veriff's clock, or the status with which that was refused: 400 or 404. */
  async deleteSession(sessionId: string, signal: AbortSignal): Promise<Deletion> {
    const path = pathOf(sessionId);
    const answer = await this.call({ method: 'DELETE', path, signal }, sessionId, [400, 404]);
    if (answer.status === 400 || answer.status === 404) return { refusedWith: answer.status };
    const { verification } = check(deletionAnswer, 'DELETE session', answer.json);
    if (verification.id !== sessionId) {
      throw new ProviderUnavailableError('veriff', 'DELETE session: the answer is about another session');
    }
    return { refusedWith: null, at: dateOf(answer) };
  }

  private async call(
    { path, ...call }: Pick<ProviderCall, 'method' | 'body' | 'signal'> & { path: string },
    signed: string,
    expected: readonly number[] = [],
  ): Promise<ProviderAnswer> {
    const { apiKey, sharedSecret, apiUrl } = this.options;
    const headers = {
      accept: 'application/json',
      ...(call.body !== undefined && { 'content-type': 'application/json' }),
      'x-auth-client': apiKey,
      'x-hmac-signature': hmacSha256Hex(sharedSecret, signed),
    };
    return callProvider({ ...call, provider: 'veriff', url: apiUrl + path, headers }, expected);
  }
}

function pathOf(sessionId: string): string {
  if (!PATH_ID.test(sessionId))
    throw new ProviderRefusedError('veriff', 'what should go into the path is no id');
  return `/sessions/${sessionId}`;
}

/** What the answer's own `date` says, which every answer of HTTP should carry. */
function dateOf({ headers }: ProviderAnswer): Date | null {
  const at = new Date(String(headers['date']));
  return Number.isNaN(at.getTime()) ? null : at;
}

function check<Shape>(schema: z.ZodType<Shape>, where: string, json: unknown): Shape {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw new ProviderUnavailableError('veriff', `${where}: not the documented answer`, {
    cause: result.error,
  });
}
