/** Log events for security monitoring, by the code of the problem that the client received. */
const EVENTS: Readonly<Record<string, string>> = {
  'webhook.signature_invalid': 'security.signature_refused',
  'webhook.malformed': 'security.delivery_malformed',
  'auth.token_invalid': 'security.token_refused',
  'auth.scope_missing': 'security.scope_missing',
  'request.rate_limited': 'security.rate_limited',
  'stream.too_many': 'security.rate_limited',
};

export function securityEventOf(code: string): string | undefined {
  return EVENTS[code];
}
