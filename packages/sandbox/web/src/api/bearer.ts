import type { Middleware } from 'openapi-fetch';

export interface TokenSource {
  current(): string;
  /** A token other than the one that was refused. Rejects where there is none to be had. */
  renew(refused: string): Promise<string>;
}

/** Sends the token with every call. A refused one is replaced and the call repeated, once, unseen by the user. */
export function bearer(tokens: TokenSource): Middleware {
  // A request's body can be sent once only, so a copy is kept for the second time.
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
