import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Decision, ProviderName, Sandbox } from '../contract.ts';
import { ImpossibleDecision } from '../provider/emulator.ts';
import type { ProviderEmulator } from '../provider/emulator.ts';
import { choicePage, messagePage, resultPage } from './html.ts';

type Emulators = Record<ProviderName, ProviderEmulator>;

/**
 * The page on which a real user would show documents. Here the visitor decides what comes of it, for the user
 * and for the provider's reviewers alike.
 */
export function registerHostedPages(app: FastifyInstance, sandbox: Sandbox, emulators: Emulators): void {
  app.register(async (scope) => {
    scope.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string' },
      (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
    );

    function find(request: FastifyRequest) {
      const { provider, id } = request.params as { provider: string; id: string };
      if (provider !== 'persona' && provider !== 'veriff' && provider !== 'onfido') return null;
      const session = sandbox[provider].sessions().find((candidate) => candidate.id === id);
      return session === undefined ? null : { emulator: emulators[provider], session };
    }

    scope.get('/hosted/:provider/:id', (request, reply) => {
      const opened = find(request);
      if (opened === null) return notHere(reply);
      const { emulator, session } = opened;
      const refusal = emulator.refuseVisit(session.id, request.query as Record<string, string | undefined>);
      if (refusal !== null) return html(reply, 403, messagePage(emulator.title, refusal));
      return html(reply, 200, choicePage(emulator, session));
    });

    scope.post('/hosted/:provider/:id', async (request, reply) => {
      const opened = find(request);
      if (opened === null) return notHere(reply);
      const { emulator, session } = opened;
      const decision = readDecision(emulator, request.body as Record<string, string | undefined>);
      const deliveries = await sandbox[emulator.name].decide(session.id, decision);
      return html(reply, 200, resultPage(emulator, session, deliveries, emulator.returnUrl(session.id)));
    });
  });
}

/** Only what the page offers can be chosen; an empty reason means the usual one. */
function readDecision(emulator: ProviderEmulator, form: Record<string, string | undefined>): Decision {
  const choice = emulator.choices.find(({ outcome }) => outcome === form['outcome']);
  if (choice === undefined) throw new ImpossibleDecision(`${emulator.title} does not offer this choice`);
  const reason = form['reason'] ?? '';
  const { outcome } = choice;
  if (outcome !== 'decline' && outcome !== 'resubmit') return { outcome };
  return reason === '' ? { outcome } : { outcome, reason };
}

function notHere(reply: FastifyReply): FastifyReply {
  return html(reply, 404, messagePage('Sandbox', 'There is no such session.'));
}

function html(reply: FastifyReply, status: number, page: string): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
    })
    .send(page);
}
