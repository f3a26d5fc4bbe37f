import { randomUUID } from 'node:crypto';
import { startGateway, type TestGateway } from '../support/gateway.ts';

/** Every route that a gateway in production has, and who gets anything but a refusal from it. */
const ROUTES: Readonly<Record<string, 'anybody' | 'provider' | 'user' | 'operator'>> = {
  'DELETE /api/admin/kyc/users/:id/data': 'operator',
  'DELETE /api/kyc/data': 'user',
  'GET /api/admin/kyc/users': 'operator',
  'GET /api/admin/kyc/users/:id': 'operator',
  'GET /api/kyc/status': 'user',
  'GET /api/kyc/status/stream': 'user',
  'GET /health/live': 'anybody',
  'GET /health/ready': 'anybody',
  'GET /metrics': 'anybody',
  // Preflights of pages; any other OPTIONS is refused like a method that there is not.
  'OPTIONS *': 'anybody',
  'POST /api/admin/kyc/users/:id/override': 'operator',
  'POST /api/admin/kyc/users/:id/reconcile': 'operator',
  'POST /api/admin/kyc/users/:id/resend-mail': 'operator',
  'POST /api/kyc/start-verification': 'user',
  'POST /api/webhooks/kyc-status': 'provider',
};
const GUARDED = Object.entries(ROUTES).filter(([, who]) => who !== 'anybody');

describe('a gateway in production', () => {
  let gateway: TestGateway;
  beforeAll(async () => {
    gateway = await startGateway({ environment: { NODE_ENV: 'production' } });
  });
  afterAll(() => gateway.close());

  const call = async (route: string, headers: Record<string, string> = {}) => {
    const [method = '', path = ''] = route.split(' ');
    const response = await fetch(gateway.url + path.replace(':id', randomUUID()), { method, headers });
    // Unread, as a stream would go on.
    await response.body?.cancel();
    return response;
  };

  it('has these routes and no other', () => {
    const { printRoutes } = gateway.app.getHttpAdapter().getInstance() as unknown as {
      printRoutes(options: { commonPrefix: boolean }): string;
    };
    const routes = listed(printRoutes({ commonPrefix: false }));
    // HEAD comes with GET.
    expect(routes.filter((route) => !route.startsWith('HEAD ')).toSorted()).toEqual(Object.keys(ROUTES));
  });

  it.each(GUARDED)('refuses %s to nobody in particular: it is for the %s', async (route) => {
    expect((await call(route)).status).toBe(401);
  });

  it.each(GUARDED)(
    'refuses %s to a user, unless it is for the user: it is for the %s',
    async (route, who) => {
      const { token } = await gateway.createUser();
      const { status } = await call(route, { authorization: `Bearer ${token}` });
      if (who === 'user') expect(status).toBeLessThan(300);
      else expect(status).toBe(who === 'operator' ? 403 : 401);
    },
  );

  it.each(Object.keys(ROUTES).filter((route) => !route.includes('*')))(
    'says to browsers with %s that nothing is to be guessed, framed, kept or sent in the clear',
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

/** From the router's drawing of its tree, a line each: `│   └── /stream (GET, HEAD)`. */
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
