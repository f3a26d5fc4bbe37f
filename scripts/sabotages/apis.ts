import { inIntegration, type CitedTest, type Sabotage } from './sabotage.ts';

const VERIFIER = 'src/auth/token-verifier.ts';
const ofTokens = (name: string): CitedTest => ({ file: 'src/auth/token-verifier.spec.ts', name });

/** What users and operators meet. */
export const apiSabotages: readonly Sabotage[] = [
  {
    name: 'a token for another service is good here',
    file: VERIFIER,
    changes: [['      audience,\n', '']],
    tests: [ofTokens('rejects a token %s')],
  },
  {
    name: 'a token never expires',
    file: VERIFIER,
    changes: [['CLOCK_TOLERANCE_SECONDS = 5', 'CLOCK_TOLERANCE_SECONDS = 1e9']],
    tests: [ofTokens('rejects a token %s')],
  },
  {
    name: 'the token says by which algorithm it is to be checked',
    file: VERIFIER,
    changes: [["{ ...pinned, algorithms: ['HS256'] }", 'pinned']],
    tests: [ofTokens('rejects a token that is signed with %s instead of HS256')],
  },
  {
    name: 'a body may hold fields that there are not',
    file: 'src/http/app.setup.ts',
    changes: [['forbidNonWhitelisted: true', 'forbidNonWhitelisted: false']],
    tests: [inIntegration('start-verification', 'rejects a body that names a user, a provider or a status')],
  },
  {
    name: 'users are sent back wherever the caller likes',
    file: 'src/kyc/start/redirect-urls.ts',
    changes: [['if (!this.allowed.includes(asked))', 'if (this.allowed.length === 0)']],
    tests: [inIntegration('start-verification', 'accepts only configured redirect URLs')],
  },
  {
    name: 'starts are not limited',
    file: 'src/kyc/limits/start-limit.guard.ts',
    changes: [['if (counted.isBlocked)', 'if (counted.totalHits < 0)']],
    tests: [inIntegration('rate-limit', 'limit a user across all replicas')],
  },
  {
    name: 'whoever calls writes his own address',
    file: 'src/http/app.setup.ts',
    changes: [
      [
        'trustProxy: (_address: string, hop: number) => hop < config.http.trustedProxyHops',
        'trustProxy: true',
      ],
    ],
    tests: [inIntegration('rate-limit', 'take the address from the trusted proxies')],
  },
  {
    name: 'pages of every origin may call',
    file: 'src/http/app.setup.ts',
    changes: [['origin: [...origins]', 'origin: true']],
    tests: [inIntegration('client-api', 'allows cross-origin requests from the configured origins only')],
  },
  {
    name: 'bodies may be as large as they like',
    file: 'src/http/app.setup.ts',
    changes: [['const BODY_LIMIT = 1024 * 1024;', 'const BODY_LIMIT = 64 * 1024 * 1024;']],
    tests: [inIntegration('webhook-edge', 'gets 413 if it is too large, also in chunks', 'veriff')],
  },
  {
    name: 'bodies need not be JSON',
    file: 'src/http/app.setup.ts',
    changes: [
      [
        "fastify.addContentTypeParser('application/json', options",
        "fastify.addContentTypeParser('*', options",
      ],
    ],
    tests: [inIntegration('webhook-edge', 'gets 415 unless it is JSON', 'veriff')],
  },
  {
    name: 'one open session is not the only one of its user',
    file: 'src/database/migrations/1780000000002-sessions-and-ledger.ts',
    changes: [
      ['CREATE UNIQUE INDEX kyc_sessions_one_open_per_user', 'CREATE INDEX kyc_sessions_one_open_per_user'],
    ],
    tests: [inIntegration('migrated-database', 'allows one open session per user across all providers')],
  },
  {
    name: 'an Idempotency-Key is everybody’s',
    file: 'src/kyc/idempotency/idempotency.interceptor.ts',
    changes: [
      ['const { userId } = principalOf(request);', 'const userId = principalOf(request).userId.slice(0, 0);'],
    ],
    tests: [inIntegration('idempotency-key', 'treats the same key of two users as two keys')],
  },
  {
    name: 'an operator needs no scope',
    file: 'src/auth/scope.guard.ts',
    changes: [['if (scope === undefined || !scopes.includes(scope))', 'if (scopes.length < 0)']],
    tests: [{ file: 'src/auth/scope.guard.spec.ts', name: 'rejects a token with the scopes %j' }],
  },
];
