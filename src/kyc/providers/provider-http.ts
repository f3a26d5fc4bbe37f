import { Agent, request } from 'undici';
import { ProviderRefusedError, ProviderUnavailableError } from './provider-errors.js';

const MAX_ANSWER_BYTES = 1024 * 1024;

/** Bounded by construction: connect, first byte, body and size; the caller's signal bounds the whole. */
const agent = new Agent({
  connect: { timeout: 3_000 },
  headersTimeout: 10_000,
  bodyTimeout: 10_000,
  maxResponseSize: MAX_ANSWER_BYTES,
});

export interface ProviderCall {
  provider: string;
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  headers: Record<string, string>;
  /** Sent as these very bytes, so that a signature made over them holds. */
  body?: string;
  signal: AbortSignal;
}

export interface ProviderAnswer {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed JSON; the caller checks its shape. */
  json: unknown;
}

/**
 * One HTTP call to a provider's API. Follows no redirect. Resolves for 2xx and for the statuses in `expected`;
 * every other answer becomes one of the two provider errors, which name the status and never the body.
 */
export async function callProvider(call: ProviderCall, expected: readonly number[] = []): Promise<ProviderAnswer> {
  const where = `${call.method} ${new URL(call.url).pathname}`;
  let status: number;
  let headers: ProviderAnswer['headers'];
  let text: string;
  try {
    const response = await request(call.url, {
      dispatcher: agent,
      method: call.method,
      headers: call.headers,
      body: call.body ?? null,
      signal: call.signal,
    });
    ({ statusCode: status, headers } = response);
    text = await response.body.text();
  } catch (cause) {
    throw new ProviderUnavailableError(call.provider, `${where}: no complete answer`, { cause });
  }

  if (isRetryable(status)) throw unavailable(call.provider, `${where}: answered ${status}`, headers);
  const isExpected = (status >= 200 && status < 300) || expected.includes(status);
  if (!isExpected && status >= 400) throw new ProviderRefusedError(call.provider, `${where}: answered ${status}`);
  if (!isExpected) throw unavailable(call.provider, `${where}: answered ${status}`, headers);
  return { status, headers, json: parseJson(call.provider, where, text) };
}

function isRetryable(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function unavailable(
  provider: string,
  message: string,
  headers: ProviderAnswer['headers'],
): ProviderUnavailableError {
  const hint = Number(headers['retry-after'] ?? headers['ratelimit-reset']);
  const isUsable = Number.isInteger(hint) && hint > 0 && hint <= 3_600;
  return new ProviderUnavailableError(provider, message, isUsable ? { retryAfterSeconds: hint } : undefined);
}

function parseJson(provider: string, where: string, text: string): unknown {
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ProviderUnavailableError(provider, `${where}: the answer is not JSON`, { cause });
  }
}
