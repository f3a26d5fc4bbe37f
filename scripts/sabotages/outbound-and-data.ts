import { inContract, inIntegration, type Sabotage } from './sabotage.ts';

/** Requests to providers, mail, logs and stored data. */
export const outboundAndDataSabotages: readonly Sabotage[] = [
  {
    name: 'a response of a provider has no size limit',
    file: 'src/common/outbound-agent.ts',
    changes: [['    maxResponseSize: MAX_RESPONSE_BYTES,\n', '']],
    tests: [inContract('reads no response of more than 1 MiB', 'veriff')],
  },
  {
    name: 'redirects of a provider are followed',
    file: 'src/kyc/providers/shared/provider-http.ts',
    changes: [
      [
        "import { type Dispatcher, request } from 'undici';",
        "import { type Dispatcher, interceptors, request } from 'undici';",
      ],
      [
        'request(url, { dispatcher,',
        'request(url, { dispatcher: dispatcher.compose(interceptors.redirect({ maxRedirections: 3 })),',
      ],
    ],
    tests: [inContract('follows no redirect', 'persona')],
  },
  {
    name: 'a response about another session is accepted',
    file: 'src/kyc/providers/veriff/veriff.api.ts',
    changes: [["requireSameId(VERIFF, 'GET decision', sessionId, verification.id)", 'void verification.id']],
    tests: [inContract('rejects a response about another session', 'veriff')],
  },
  {
    name: 'the session link is stored unencrypted',
    file: 'src/kyc/providers/veriff/veriff.resume-token.ts',
    changes: [
      [
        "return new CompactEncrypt(Buffer.from(JSON.stringify({ sessionId, url })))\n    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })\n    .encrypt(deriveKey(secret));",
        "return Buffer.from(JSON.stringify({ sessionId, url })).toString('base64url');",
      ],
    ],
    tests: [inContract('encrypts the resume token and binds it to its session', 'veriff')],
  },
  {
    name: 'a mail goes to every recipient in the address',
    file: 'src/notification/mailer.ts',
    changes: [["to: { name: '', address: to }", 'to']],
    tests: [inIntegration('notification', 'sends no mail to other recipients if the address contains %s')],
  },
  {
    name: 'request headers are logged',
    file: 'src/http/logging.ts',
    changes: [['req: { method: request.method,', 'req: { headers: request.headers, method: request.method,']],
    tests: [
      inIntegration(
        'canaries',
        'links, tokens and secrets appear only in the response to their own user',
        'veriff',
      ),
    ],
  },
  {
    name: 'a span contains the address of the request',
    file: 'src/http/request-span.ts',
    changes: [
      ['{ method, headers }: FastifyRequest', '{ method, headers, url }: FastifyRequest'],
      ["'http.request.method': method", "'http.request.method': url"],
    ],
    tests: [
      inIntegration(
        'canaries',
        'no log line, span, response, metric, table or mail contains planted personal data',
        'veriff',
      ),
    ],
  },
  {
    name: 'the ledger can be changed',
    file: 'src/database/migrations/sql/append-only-ledger.sql',
    changes: [[" AND current_setting('kyc.maintenance', true) = 'on' THEN", ' THEN']],
    tests: [inIntegration('append-only', 'rejects a change of the ledger by its owner: %s')],
  },
  {
    name: 'an erasure keeps the id of the provider session',
    file: 'src/database/migrations/sql/erase-user-with-lost-attempts.sql',
    changes: [
      ["provider_session_id = CASE WHEN s.provider_session_id IS NOT NULL THEN 'erased:' || s.id END,", ''],
    ],
    tests: [inIntegration('erasure', 'leaves the id of the provider session in no table')],
  },
  {
    name: 'a short secret is accepted',
    file: 'src/config/decorators.ts',
    changes: [['    MinLength(minLength, { each: true }),\n', '']],
    tests: [{ file: 'src/kyc/providers/veriff/veriff.environment.spec.ts', name: 'rejects %s=%s' }],
  },
];
