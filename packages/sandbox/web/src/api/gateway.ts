import createClient from 'openapi-fetch';
import type { Middleware } from 'openapi-fetch';
import { type Outcome, problemOf, UNREACHABLE } from './problem.ts';
import type { components, paths } from './schema.d.ts';

export type KycStatus = components['schemas']['KycStatus'];
export type NextAction = components['schemas']['NextAction'];
export type VerificationStatus = components['schemas']['VerificationStatusResponse'];
type StartedVerification = components['schemas']['StartVerificationResponse'];

/** The gateway's API for a signed-in user. No call rejects: every failure is returned as a problem with a code. */
export interface Gateway {
  start(): Promise<Outcome<StartedVerification>>;
  /** @param hasReturned the user has just returned from the provider's pages */
  status(signal: AbortSignal, hasReturned?: boolean): Promise<Outcome<VerificationStatus>>;
  /** Returns the bytes of the server-sent events as they arrive. */
  stream(lastEventId: string | null, signal: AbortSignal): Promise<Outcome<ReadableStream<Uint8Array>>>;
}

export function createGateway(
  baseUrl: string,
  tokens: TokenSource,
  fetch?: typeof globalThis.fetch,
): Gateway {
  const client = createClient<paths>({ baseUrl, ...(fetch && { fetch }) });
  client.use(bearer(tokens));
  return {
    // Without redirect_url the gateway uses its first allowed address, which is this page.
    start: () => outcomeOf(client.POST('/api/kyc/start-verification')),
    status: (signal, hasReturned = false) =>
      outcomeOf(
        client.GET('/api/kyc/status', {
          signal,
          ...(hasReturned && { params: { query: { returned: true } } }),
        }),
      ),
    stream: (lastEventId, signal) =>
      outcomeOf(
        client.GET('/api/kyc/status/stream', {
          signal,
          parseAs: 'stream',
          headers: { accept: 'text/event-stream', 'last-event-id': lastEventId },
        }),
      ),
  };
}

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

async function outcomeOf<T>(call: Promise<Answered<T | null>>): Promise<Outcome<T>> {
  try {
    const { data, error, response } = await call;
    return data === undefined || data === null
      ? { ok: false, problem: problemOf(response, error) }
      : { ok: true, value: data };
  } catch {
    // The browser does not tell a network failure from a CORS error or an abort. A caller that aborts ignores the result.
    return { ok: false, problem: UNREACHABLE };
  }
}

export interface TokenSource {
  current(): string;
  /** Returns a token other than the rejected one. Rejects if no new token can be issued. */
  renew(rejected: string): Promise<string>;
}

/** Sends the token with every call. If the gateway rejects it, the call is repeated once with a new token. */
function bearer(tokens: TokenSource): Middleware {
  // A request's body can be sent only once, so a copy is kept for the retry.
  const copies = new WeakMap<Request, { copy: Request; token: string }>();
  return {
    onRequest({ request }) {
      const token = tokens.current();
      authorize(request, token);
      copies.set(request, { copy: request.clone(), token });
      return request;
    },
    async onResponse({ request, response, options }) {
      const kept = copies.get(request);
      if (response.status !== 401 || kept === undefined) return response;
      authorize(kept.copy, await tokens.renew(kept.token));
      return options.fetch(kept.copy);
    },
  };
}

function authorize(request: Request, token: string): void {
  request.headers.set('authorization', `Bearer ${token}`);
}
