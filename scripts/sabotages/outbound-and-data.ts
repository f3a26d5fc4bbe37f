import { inContract, inIntegration, type Sabotage } from './sabotage.ts';

/** What leaves the gateway, and what it keeps. */
export const outboundAndDataSabotages: readonly Sabotage[] = [
  {
    name: 'a provider may answer without end',
    file: 'src/kyc/providers/provider-http.ts',
    changes: [['  maxResponseSize: MAX_ANSWER_BYTES,\n', '']],
    tests: [inContract('reads no answer of more than a mebibyte', 'veriff')],
  },
  {
    name: 'a provider may send us elsewhere',
    file: 'src/kyc/providers/provider-http.ts',
    changes: [
      ["import { Agent, request } from 'undici';", "import { Agent, interceptors, request } from 'undici';"],
      ['dispatcher: agent,', 'dispatcher: agent.compose(interceptors.redirect({ maxRedirections: 3 })),'],
    ],
    tests: [inContract('follows no redirect', 'persona')],
  },
  {
    name: 'an answer about another session is believed',
    file: 'src/kyc/providers/veriff/veriff.api.ts',
    changes: [['verification !== null && verification.id !== sessionId', "verification?.id === ''"]],
    tests: [inContract('believes no answer that is about another session', 'veriff')],
  },
  {
    name: 'the link is kept where everybody who reads the table can read it',
    file: 'src/kyc/providers/veriff/veriff.resume-token.ts',
    changes: [
      [
        "return new CompactEncrypt(Buffer.from(JSON.stringify({ sessionId, url })))\n    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })\n    .encrypt(deriveKey(secret));",
        "return Buffer.from(JSON.stringify({ sessionId, url })).toString('base64url');",
      ],
    ],
    tests: [inContract('seals its note to itself: nobody reads it, and it opens no other session', 'veriff')],
  },
  {
    name: 'a mail goes to everybody whom the address names',
    file: 'src/notification/mailer.ts',
    changes: [["to: { name: '', address: to }", 'to']],
    tests: [inIntegration('notification', 'sends no mail to other recipients if the address contains %s')],
  },
  {
    name: 'what callers send is logged',
    file: 'src/http/logging.module.ts',
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
    name: 'the history can be changed',
    file: 'src/database/migrations/1780000000005-erasure-and-audit.ts',
    changes: [[" AND current_setting('kyc.maintenance', true) = 'on' THEN", ' THEN']],
    tests: [inIntegration('append-only', 'rejects a change of the ledger by its owner: %s')],
  },
  {
    name: 'an erasure leaves the session at the provider named',
    file: 'src/database/migrations/erasure-functions.ts',
    changes: [
      ["provider_session_id = CASE WHEN s.provider_session_id IS NOT NULL THEN 'erased:' || s.id END,", ''],
    ],
    tests: [inIntegration('erasure', 'leaves the id of the provider session in no table')],
  },
  {
    name: 'a secret may be short enough to be guessed',
    file: 'src/config/decorators.ts',
    changes: [['    MinLength(minLength, { each: true }),\n', '']],
    tests: [{ file: 'src/kyc/providers/veriff/veriff.environment.spec.ts', name: 'does not take %s=%s' }],
  },
];
