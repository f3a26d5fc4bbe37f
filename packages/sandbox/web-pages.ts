import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>The web pages are not built</title>
<main>
<h1>The web pages are not built</h1>
<p>Run <code>npm run build:web</code> and load this page again. <code>npm run demo</code> builds them itself.</p>
<p>The rest of the sandbox works. <a href="/sandbox">This page lists its HTTP interface</a>.</p>
</main>
</html>
`;

/** Serves the demo app and the console. The files may be built while the sandbox runs. */
export function registerWebPages(app: FastifyInstance, gatewayUrl: string, root: string): void {
  const policy = [
    "default-src 'self'",
    `connect-src 'self' ${gatewayUrl}`,
    // The console shows mails with their own styles, and the icon of the pages is an empty data URL.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'self'",
  ].join('; ');

  app.get('/', (_request, reply) => reply.redirect('/web/app.html'));
  app.get('/console', (_request, reply) => reply.redirect('/web/console.html'));
  // Providers redirect the user to this path. The app shows the parameters that they add.
  app.get('/app/return', (request, reply) => {
    const [, query = ''] = request.url.split(/\?(.*)/s);
    return reply.redirect(`/web/app.html?returned=1${query === '' ? '' : `&${query}`}`);
  });

  app.register(
    async (scope) => {
      scope.addHook('onSend', async (_request, reply, payload) => {
        reply.headers({
          'content-security-policy': policy,
          'x-content-type-options': 'nosniff',
          'referrer-policy': 'no-referrer',
        });
        return payload;
      });
      scope.setNotFoundHandler((_request, reply) => {
        if (existsSync(join(root, 'app.html'))) {
          return reply.code(404).send({ error: 'This page does not exist' });
        }
        return reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT);
      });
      // The names of scripts and styles contain a hash of the content, so only the pages need revalidation.
      scope.register(fastifyStatic, {
        root,
        cacheControl: false,
        setHeaders: (reply, path) => {
          const isHashed = path.startsWith(join(root, 'assets'));
          reply.header('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache');
        },
      });
    },
    { prefix: '/web' },
  );
}
