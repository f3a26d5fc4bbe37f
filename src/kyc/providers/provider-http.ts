import { Agent, request } from 'undici';
import { ProviderRefusedError, ProviderUnavailableError } from './provider-errors.ts';

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
  /** Parsed JSON of a 2xx, whose shape the caller checks; null for any other status. */
  json: unknown;
}

/**
 * One HTTP call to a provider's API. Follows no redirect. Resolves for 2xx and for the statuses in `expected`;
 * every other answer becomes one of the two provider errors, which name the status and never the body.
 */
export async function callProvider(
  call: ProviderCall,
  expected: readonly number[] = [],
): Promise<ProviderAnswer> {
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
    throw new ProviderUnavailableError(call.provider, `${where}: no complete answer`, {
      cause,
      isUnanswered: true,
    });
  }

  const isGood = status >= 200 && status < 300;
  if (isGood) return { status, headers, json: parseJson(call.provider, where, text) };
  if (isRetryable(status)) throw unavailable(call.provider, where, status, headers);
  if (expected.includes(status)) return { status, headers, json: null };
  if (status >= 400)
    throw new ProviderRefusedError(call.provider, `${where}: answered ${status}`, { status });
  throw unavailable(call.provider, where, status, headers);
}

function isRetryable(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

function unavailable(
  provider: string,
  where: string,
  status: number,
  headers: ProviderAnswer['headers'],
): ProviderUnavailableError {
  const hint = Number(headers['retry-after'] ?? headers['ratelimit-reset']);
  const isUsable = Number.isInteger(hint) && hint > 0 && hint <= 3_600;
  const options = isUsable ? { status, retryAfterSeconds: hint } : { status };
  return new ProviderUnavailableError(provider, `${where}: answered ${status}`, options);
}

/** Without the cause: the parser's message quotes the answer, which may hold a link. */
function parseJson(provider: string, where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ProviderUnavailableError(provider, `${where}: the answer is not JSON`);
  }
}
