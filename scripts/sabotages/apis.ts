import { inIntegration, type CitedTest, type Sabotage } from './sabotage.ts';

const VERIFIER = 'src/auth/token-verifier.ts';
const ofTokens = (name: string): CitedTest => ({ file: 'src/auth/token-verifier.spec.ts', name });

/** The API of users and operators. */
export const apiSabotages: readonly Sabotage[] = [
  {
    name: 'a token for another service is accepted',
    file: VERIFIER,
    changes: [['audiences.length === 0 ? {}', 'audiences.length < 1e9 ? {}']],
    tests: [ofTokens('rejects a token %s')],
  },
  {
    name: 'a token of another client is accepted',
    file: VERIFIER,
    changes: [['if (clientIds.length === 0)', 'if (clientIds.length < 1e9)']],
    tests: [{ file: 'src/auth/token-client.spec.ts', name: 'rejects a token %s' }],
  },
  {
    name: 'a token never expires',
    file: VERIFIER,
    changes: [['CLOCK_TOLERANCE_SECONDS = 5', 'CLOCK_TOLERANCE_SECONDS = 1e9']],
    tests: [ofTokens('rejects a token %s')],
  },
  {
    name: 'the token chooses the algorithm of its check',
    file: 'src/auth/token-keys.ts',
    changes: [
      ['{ ...rules, algorithms: this.algorithms }', 'rules'],
      ['header.alg === SECRET_ALGORITHM', "header.alg?.startsWith('HS')"],
    ],
    tests: [ofTokens('rejects a token that is signed with %s instead of HS256')],
  },
  {
    name: 'a body may contain unknown fields',
    file: 'src/http/create-app.ts',
    changes: [['forbidNonWhitelisted: true', 'forbidNonWhitelisted: false']],
    tests: [inIntegration('start-verification', 'rejects a body that names a user, a provider or a status')],
  },
  {
    name: 'the caller chooses any redirect URL',
    file: 'src/kyc/sessions/redirect-urls.ts',
    changes: [['if (!this.allowed.includes(requested))', 'if (this.allowed.length === 0)']],
    tests: [inIntegration('start-verification', 'accepts only configured redirect URLs')],
  },
  {
    name: 'starts are not limited',
    file: 'src/kyc/limits/rate-limit.guard.ts',
    changes: [['if (record.isBlocked)', 'if (record.totalHits < 0)']],
    tests: [inIntegration('rate-limit', 'limit a user across all replicas')],
  },
  {
    name: 'callers choose their own address',
    file: 'src/http/create-app.ts',
    changes: [
      [
        'trustProxy: (_address: string, hop: number) => hop < config.http.trustedProxyHops',
        'trustProxy: true',
      ],
    ],
    tests: [inIntegration('rate-limit', 'take the address from the trusted proxies')],
  },
  {
    name: 'pages of every origin can call',
    file: 'src/http/create-app.ts',
    changes: [['origin: [...origins]', 'origin: true']],
    tests: [inIntegration('client-api', 'allows cross-origin requests from the configured origins only')],
  },
  {
    name: 'bodies have no size limit',
    file: 'src/http/bodies.ts',
    changes: [['const WEBHOOK_LIMIT = 256 * 1024;', 'const WEBHOOK_LIMIT = 64 * 1024 * 1024;']],
    tests: [inIntegration('webhook-edge', 'gets 413 if it is too large, also in chunks', 'veriff')],
  },
  {
    name: 'bodies need not be JSON',
    file: 'src/http/bodies.ts',
    changes: [["fastify.addContentTypeParser('application/json', (", "fastify.addContentTypeParser('*', ("]],
    tests: [inIntegration('webhook-edge', 'gets 415 unless it is JSON', 'veriff')],
  },
  {
    name: 'a user can have two open sessions',
    file: 'src/database/migrations/1780000000002-sessions-and-ledger.ts',
    changes: [
      ['CREATE UNIQUE INDEX kyc_sessions_one_open_per_user', 'CREATE INDEX kyc_sessions_one_open_per_user'],
    ],
    tests: [inIntegration('migrated-database', 'allows one open session per user across all providers')],
  },
  {
    name: 'an Idempotency-Key is shared by all users',
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
