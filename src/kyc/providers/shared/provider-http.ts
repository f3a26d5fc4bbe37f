import { type Dispatcher, request } from 'undici';
import {
  ProviderRefusedError,
  ProviderUnavailableError,
  RequestNotExecutedError,
} from '../provider-errors.ts';
import { parseJson } from './parsing.ts';

const MAX_RETRY_AFTER_SECONDS = 3_600;

/** One HTTP request, without anything that is specific to a provider. */
export interface OutboundRequest {
  /** Made by `outboundAgent`, which limits the time and the size of a response, and knows the proxy. */
  dispatcher: Dispatcher;
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  /** Sent without any change, so that its signature stays valid. */
  body?: string;
  signal: AbortSignal;
}

export interface ProviderCall extends OutboundRequest {
  provider: string;
  /**
   * Takes the provider's error code out of the JSON body of a response that is not 2xx. Only a short word without spaces
   * is believed to be a code, so that no text about the user gets into an error or a log line.
   */
  errorCode?: (json: unknown) => unknown;
}

export interface RawResponse {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  text: string;
}

export interface ProviderResponse {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The parsed body of a 2xx response, whose shape the caller checks. Null for any other status. */
  json: unknown;
  /** The code that `ProviderCall.errorCode` found in a response that is not 2xx, else null. */
  errorCode: string | null;
}

/**
 * Makes one HTTP call to a provider's API and follows no redirect. Resolves for 2xx and for the statuses in `expected`.
 * Turns every other response into a provider error, which contains the status and never the body.
 * @throws ProviderUnavailableError, ProviderRefusedError
 */
export async function callProvider(
  call: ProviderCall,
  expected: readonly number[] = [],
): Promise<ProviderResponse> {
  const where = `${call.method} ${new URL(call.url).pathname}`;
  let response: RawResponse;
  try {
    response = await send(call);
  } catch (cause) {
    throw noResponse(call.provider, where, cause);
  }
  const { status, headers, text } = response;

  if (isSuccess(status)) {
    const malformed = (message: string) =>
      new ProviderUnavailableError(call.provider, `${where}: the response is ${message}`);
    return { status, headers, json: parseJson(text, malformed), errorCode: null };
  }
  const problem = jsonObject(text);
  if (isNotFound(status) && problem === null) throw foreignNotFound(call.provider, where, status);
  const errorCode = problem && errorCodeOf(problem, call);
  if (expected.includes(status) && !isRetryable(status)) return { status, headers, json: null, errorCode };
  throw statusError(call.provider, where, status, headers, errorCode);
}

/** Makes one HTTP call and follows no redirect. Resolves for every status. */
export async function send(call: OutboundRequest): Promise<RawResponse> {
  const { url, dispatcher, method, headers, body = null, signal } = call;
  // undici looks at the signal only after the connection is made, which a silent proxy delays. It never sends a request
  // whose signal has aborted.
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const response = await Promise.race([request(url, { dispatcher, method, headers, body, signal }), aborted]);
  return { status: response.statusCode, headers: response.headers, text: await response.body.text() };
}

/** Reads the `date` header, which HTTP recommends for every response. */
export function dateOf(headers: object): Date | null {
  const at = new Date(String((headers as Record<string, unknown>)['date']));
  return Number.isNaN(at.getTime()) ? null : at;
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Codes of Node and undici for a connection that was never made, so that no byte of the request was sent. */
const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UND_ERR_PRX_CONN',
  'UND_ERR_PRX_TLS',
]);

/** undici's message when a proxy does not open the tunnel. undici has no own code for this. */
const TUNNEL_REFUSED = /^Proxy response \((\d+)\)/;

/** Returns the error for a call without a complete response. */
export function noResponse(provider: string, where: string, cause: unknown): ProviderUnavailableError {
  const options = { cause, isUnanswered: true };
  const code = codeOf(cause);
  const [, proxyStatus] = TUNNEL_REFUSED.exec(cause instanceof Error ? cause.message : '') ?? [];
  if (proxyStatus !== undefined) {
    const message = `${where}: no connection, because the proxy responded ${proxyStatus}`;
    return new RequestNotExecutedError(provider, message, options);
  }
  return NOT_CONNECTED.has(code)
    ? new RequestNotExecutedError(provider, `${where}: no connection (${code})`, options)
    : new ProviderUnavailableError(provider, `${where}: no complete response`, options);
}

/** Returns the code of an error of Node or of undici, or `unknown`. */
function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'unknown';
}

/** True if the provider does not know the object, or has deleted it. */
export function isNotFound(status: number | null): boolean {
  return status === 404 || status === 410;
}

/**
 * Returns the error for a 404 or 410 without a JSON object. All providers answer in JSON, so a proxy or a maintenance
 * page in front of the provider has answered, which says nothing about the object.
 */
export function foreignNotFound(provider: string, where: string, status: number): ProviderUnavailableError {
  const message = `${where}: responded ${status} without the documented error`;
  return new ProviderUnavailableError(provider, message, { status });
}

/** Returns the error for a response that is not 2xx. */
export function statusError(
  provider: string,
  where: string,
  status: number,
  headers: object,
  errorCode: string | null = null,
): ProviderUnavailableError | ProviderRefusedError {
  const message = `${where}: responded ${status}${errorCode === null ? '' : ` (${errorCode})`}`;
  if (status >= 400 && !isRetryable(status)) return new ProviderRefusedError(provider, message, { status });
  const retryAfterSeconds = retryAfter(headers);
  return new ProviderUnavailableError(provider, message, {
    status,
    ...(retryAfterSeconds !== null && { retryAfterSeconds }),
  });
}

function jsonObject(text: string): object | null {
  try {
    const json: unknown = JSON.parse(text);
    return typeof json === 'object' ? json : null;
  } catch {
    return null;
  }
}

function errorCodeOf(problem: object, call: ProviderCall): string | null {
  let code: unknown;
  try {
    code = call.errorCode?.(problem);
  } catch {
    // Another shape than the documented one.
    return null;
  }
  return typeof code === 'string' && /^[A-Za-z][\w.-]{0,63}$/.test(code) ? code : null;
}

function isRetryable(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** Returns null if the provider names no time to wait, or a time of more than an hour. */
function retryAfter(headers: object): number | null {
  const { 'retry-after': retryHeader, 'ratelimit-reset': resetHeader } = headers as Record<string, unknown>;
  const seconds = Number(retryHeader ?? resetHeader);
  return Number.isInteger(seconds) && seconds > 0 && seconds <= MAX_RETRY_AFTER_SECONDS ? seconds : null;
}
