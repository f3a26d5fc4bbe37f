import { randomUUID } from 'node:crypto';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** Every route of a gateway in production, and the caller that it is for. */
const ROUTES: Readonly<Record<string, 'any caller' | 'provider' | 'user' | 'operator'>> = {
  'DELETE /api/admin/kyc/users/:id/data': 'operator',
  'DELETE /api/kyc/data': 'user',
  'GET /api/admin/kyc/late-verdicts': 'operator',
  'GET /api/admin/kyc/users': 'operator',
  'GET /api/admin/kyc/users/:id': 'operator',
  'GET /api/kyc/status': 'user',
  'GET /api/kyc/status/stream': 'user',
  'GET /health/live': 'any caller',
  'GET /health/ready': 'any caller',
  'GET /metrics': 'any caller',
  // Preflights of browsers. Every other OPTIONS request is rejected as an unsupported method.
  'OPTIONS *': 'any caller',
  'POST /api/admin/kyc/late-verdicts/:eventId/accept': 'operator',
  'POST /api/admin/kyc/users/:id/override': 'operator',
  'POST /api/admin/kyc/users/:id/reconcile': 'operator',
  'POST /api/admin/kyc/users/:id/resend-mail': 'operator',
  'POST /api/kyc/start-verification': 'user',
  'POST /api/webhooks/kyc-status': 'provider',
  'POST /api/webhooks/kyc-status/:provider': 'provider',
};
const GUARDED = Object.entries(ROUTES).filter(([, who]) => who !== 'any caller');

describe('A gateway in production', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ environment: { NODE_ENV: 'production' } });
  });
  afterAll(() => gateway.close());

  const call = async (route: string, headers: Record<string, string> = {}) => {
    const [method = '', path = ''] = route.split(' ');
    const url = gateway.url + path.replace(':id', randomUUID()).replace(':provider', 'persona');
    const response = await fetch(url, { method, headers });
    // The body is not read, because a stream does not end.
    await response.body?.cancel();
    return response;
  };

  it('has these routes and no other', () => {
    const { printRoutes } = gateway.app.getHttpAdapter().getInstance() as unknown as {
      printRoutes(options: { commonPrefix: boolean }): string;
    };
    const routes = listed(printRoutes({ commonPrefix: false }));
    // Fastify adds HEAD to every GET route.
    expect(routes.filter((route) => !route.startsWith('HEAD ')).toSorted()).toEqual(Object.keys(ROUTES));
  });

  it.each(GUARDED)('rejects %s without credentials, because it is for the %s', async (route) => {
    expect((await call(route)).status).toBe(401);
  });

  it.each(GUARDED)(
    'rejects %s with the token of a user unless it is for users: it is for the %s',
    async (route, who) => {
      const { token } = await gateway.createUser();
      const { status } = await call(route, { authorization: `Bearer ${token}` });
      if (who === 'user') expect(status).toBeLessThan(300);
      else expect(status).toBe(who === 'operator' ? 403 : 401);
    },
  );

  it.each(Object.keys(ROUTES).filter((route) => !route.includes('*')))(
    'sends the security headers for browsers with %s',
    async (route) => {
      const { headers } = await call(route);
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
        'referrer-policy': 'no-referrer',
        'strict-transport-security': expect.stringMatching(/^max-age=\d{8,}/),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
      });
      expect(headers.has('x-powered-by')).toBe(false);
      if (route.includes('/api/')) expect(headers.get('cache-control')).toBe('no-store');
    },
  );
});

/** Parses the printed route tree, in which each line reads like `│   └── /stream (GET, HEAD)`. */
function listed(tree: string): string[] {
  const above: string[] = [];
  return tree.split('\n').flatMap((line) => {
    const [, indent = '', part = '', methods = ''] =
      /^((?:│ {3}| {4})*)[├└]── (\S+) \((.*)\)$/.exec(line) ?? [];
    if (part === '') return [];
    const depth = indent.length / 4;
    above.splice(depth, Infinity, part);
    return methods.split(', ').map((method) => `${method} ${above.join('')}`);
  });
}
