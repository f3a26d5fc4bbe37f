import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { API_DOCS_PATH } from './api-document.ts';

const SECURITY_HEADERS = {
  // Browsers must not guess that JSON with markup inside is HTML.
  'x-content-type-options': 'nosniff',
  // Other sites must not frame a response. Some browsers know `x-frame-options` but not `frame-ancestors`.
  'x-frame-options': 'DENY',
  // Other sites must not embed a response as an image or a script. This header does not affect calls through CORS.
  'cross-origin-resource-policy': 'same-origin',
  // Addresses contain user ids, which must not reach other sites.
  'referrer-policy': 'no-referrer',
  // Tokens must not travel unencrypted. Browsers ignore this header on plain HTTP.
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
} as const;

/** If a browser displays a response as a page, the page can load nothing and no other page can frame it. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** The API documentation gets no content security policy, because its pages load scripts. */
export function setSecurityHeaders(app: NestFastifyApplication): void {
  const fastify = app.getHttpAdapter().getInstance();
  fastify.addHook('onRequest', ({ id, url }, reply, done) => {
    void reply.headers({ ...SECURITY_HEADERS, 'x-request-id': id });
    if (!isApiDocs(url)) void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    done();
  });
}

function isApiDocs(url: string): boolean {
  return url.startsWith(API_DOCS_PATH) && /^[/?]?$/.test(url.charAt(API_DOCS_PATH.length));
}
