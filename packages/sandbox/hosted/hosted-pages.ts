import { readFileSync } from 'node:fs';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Sandbox } from '../sandbox-type.ts';
import type { DeliveryRecord, EmulatedProvider, EmulatedSession } from '../provider/contract.ts';
import type { ProviderEmulator } from '../provider/emulator.ts';
import { PROVIDER_NAMES, PROVIDERS } from '../providers.ts';
import { developerPart } from './developer-part.ts';
import { messagePage, page } from './html.ts';
import { TITLES, report, userPart } from './user-part.ts';
import { begin, decide, readDecision, stepOf, submit } from './visit.ts';

type Emulators = ReadonlyMap<string, ProviderEmulator>;
type Fields = Record<string, string | undefined>;

interface Visit {
  emulator: ProviderEmulator;
  provider: EmulatedProvider;
  session(): EmulatedSession;
}

const STYLE = [
  ...['page.css', 'drawings.css'].map((name) => readFileSync(new URL(`./${name}`, import.meta.url), 'utf8')),
  ...PROVIDER_NAMES.map((name) => `.${name} { --accent: ${PROVIDERS[name].accentColor}; }`),
].join('\n');

/**
 * Serves the page on which a user shows documents. Below it, the developer decides the session in place of the
 * provider's reviewers.
 */
export function registerHostedPages(app: FastifyInstance, sandbox: Sandbox, emulators: Emulators): void {
  app.get('/hosted/style.css', (_request, reply) => reply.type('text/css; charset=utf-8').send(STYLE));

  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
    );

    function find(request: FastifyRequest): Visit | null {
      const { provider: name, id } = request.params as { provider: string; id: string };
      const emulator = emulators.get(name);
      if (emulator === undefined) return null;
      const provider = sandbox.provider(name);
      const find = () => provider.sessions().find((session) => session.id === id);
      const first = find();
      return first === undefined ? null : { emulator, provider, session: () => find() ?? first };
    }

    scope.get('/hosted/:provider/:id', async (request, reply) => {
      const visit = find(request);
      if (visit === null) return notFound(reply);
      const { emulator, provider } = visit;
      const session = visit.session();
      const rejection = emulator.refuseVisit(session.id, request.query as Fields);
      if (rejection !== null) return html(reply, 403, messagePage(emulator.title, rejection), null);
      await begin(emulator, provider, session);
      return show(reply, visit, { isResubmission: session.status === 'resubmission_requested' });
    });

    scope.post('/hosted/:provider/:id', async (request, reply) => {
      const visit = find(request);
      if (visit === null) return notFound(reply);
      const { emulator, provider } = visit;
      const form = (request.body ?? {}) as Fields;
      const session = visit.session();
      // A form that is sent twice, or after the end of the session, changes nothing.
      if (form['step'] === 'document') return show(reply, visit, { isDocumentShown: true });
      if (form['step'] === 'selfie') {
        await submit(emulator, provider, session);
        return show(reply, visit);
      }
      const decision = readDecision(emulator, form);
      const deliveries = await decide(provider, session, decision);
      const back = wayBack(emulator, session.id);
      if (decision.outcome !== 'review' && back !== null) return reply.redirect(back, 303);
      return show(reply, visit, { deliveries });
    });
  });
}

interface Happened {
  deliveries?: readonly DeliveryRecord[];
  isDocumentShown?: boolean;
  isResubmission?: boolean;
}

function show(reply: FastifyReply, visit: Visit, happened: Happened = {}): FastifyReply {
  const { emulator } = visit;
  const session = visit.session();
  const action = `/hosted/${emulator.name}/${encodeURIComponent(session.id)}`;
  const back = wayBack(emulator, session.id);
  const place = stepOf(emulator.hosted, session.status);
  const step = place === 'document' && happened.isDocumentShown === true ? 'selfie' : place;
  const body = page({
    title: TITLES[step],
    provider: emulator,
    main: `${report(happened.deliveries ?? [])}${userPart(step, action, back, happened.isResubmission === true)}`,
    aside: developerPart(emulator, session, action),
  });
  return html(reply, 200, body, back);
}

/** Returns only web addresses, because the platform can send any text. */
function wayBack(emulator: ProviderEmulator, sessionId: string): string | null {
  const url = emulator.returnUrl(sessionId);
  return url !== null && /^https?:\/\//.test(url) && URL.canParse(url) ? url : null;
}

function notFound(reply: FastifyReply): FastifyReply {
  return html(
    reply,
    404,
    messagePage('Session not found', 'This session does not exist. Start the verification again.'),
    null,
  );
}

/** Browsers apply `form-action` to the redirect after a form too, so it includes the return address. */
function html(reply: FastifyReply, status: number, body: string, back: string | null): FastifyReply {
  const targets = back === null ? "'self'" : `'self' ${new URL(back).origin}`;
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': `default-src 'none'; style-src 'self'; img-src data:; form-action ${targets}; frame-ancestors 'self'; base-uri 'none'`,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    })
    .send(body);
}
