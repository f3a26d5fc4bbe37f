import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { DeletionSettings } from '../contract.ts';
import { bodyOf } from '../provider/api-surface.ts';
import { ERASED_MESSAGE } from '../provider/emulator.ts';
import type { OtherEnvironment, ProviderEmulator, Site, WebhookMessage } from '../provider/emulator.ts';
import type { SecretList } from '../provider/secrets.ts';
import { hmacHex } from '../provider/wire.ts';
import { PROVIDERS } from '../providers.ts';
import { authenticate } from './authentication.ts';
import { createDeletions } from './deletion.ts';
import { VeriffProblem } from './problem.ts';
import { VERIFF_FLOW } from './hosted.ts';
import { readNewSession } from './requests.ts';
import { createVeriffSessions } from './sessions.ts';
import type { VeriffSession } from './session.ts';
import { noDecisionBody } from './webhooks.ts';

export interface VeriffAccount {
  /** The integration's API key, a UUID. Callers and Veriff's webhooks send it in X-AUTH-CLIENT. */
  apiKey: string;
  /** The shared secrets of the integration. They sign API calls and webhooks. */
  secrets: SecretList;
  /** The integration's return URL, used for sessions without a callback. */
  returnUrl: string | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export interface VeriffEmulator extends ProviderEmulator {
  setDeletion(settings: DeletionSettings): void;
}

interface Named {
  session: VeriffSession;
  secret: string;
}

type ById = { Params: { id: string } };

/** Veriff at wire level (devdocs.veriff.com): sessions, the decision endpoint, decision and event webhooks, deletion. */
export function createVeriffEmulator(site: Site, account: VeriffAccount): VeriffEmulator {
  const sessions = createVeriffSessions();
  const deletions = createDeletions(sessions);
  let sendWebhook: (message: WebhookMessage) => void = () => undefined;
  const integrationId = randomUUID();
  const urlOf = (session: VeriffSession) => `${site.url}/hosted/veriff/${session.id}`;

  function signatureHeaders(body: string | Buffer, secret: string): Record<string, string> {
    const signature = hmacHex(secret, body);
    return {
      'x-auth-client': account.apiKey,
      'x-hmac-signature': signature,
      'vrf-auth-client': account.apiKey,
      'vrf-hmac-signature': signature,
      'vrf-integration-id': integrationId,
      'content-type': 'application/json',
    };
  }

  function answer(reply: FastifyReply, status: number, body: string | Buffer, secret: string): FastifyReply {
    return reply.code(status).headers(signatureHeaders(body, secret)).send(body);
  }

  function registerApi(app: FastifyInstance): void {
    app.setErrorHandler((error, _request, reply) => {
      const { status, code, message } =
        error instanceof VeriffProblem ? error : new VeriffProblem(400, '1104', 'The request cannot be read');
      return reply.code(status).send({ status: 'fail', ...(code !== null && { code }), message });
    });
    app.setNotFoundHandler((_request, reply) =>
      reply.code(404).send({ status: 'fail', code: '1104', message: 'No such endpoint' }),
    );

    app.post('/sessions', (request, reply) => {
      const bytes = bodyOf(request);
      const secret = authenticate(request.headers, account.apiKey, account.secrets.newestFirst(), {
        bytes,
        mismatch: '1819',
      });
      const session = sessions.create(readNewSession(bytes));
      const verification = {
        id: session.id,
        url: urlOf(session),
        vendorData: session.vendorData,
        endUserId: session.endUserId,
        host: site.url,
        status: 'created',
        sessionToken: session.sessionToken,
      };
      return answer(reply, 201, JSON.stringify({ status: 'success', verification }), secret);
    });

    app.get<ById>('/sessions/:id/decision', (request, reply) => {
      const { session, secret } = named(request);
      return answer(reply, 200, session.decision ?? noDecisionBody(), secret);
    });

    app.delete<ById>('/sessions/:id', (request, reply) => {
      const { session, secret } = named(request);
      const message = deletions.delete(session, new Date());
      if (message !== null) sendWebhook(message);
      const body = { status: 'success', verification: { id: session.id } };
      return answer(reply, 200, JSON.stringify(body), secret);
    });
  }

  /** Returns the session in the path. The signature of a request without a body covers the id. */
  function named({ headers, params: { id } }: FastifyRequest<ById>): Named {
    const part = { bytes: id, mismatch: '1818' } as const;
    const secret = authenticate(headers, account.apiKey, account.secrets.newestFirst(), part);
    if (!UUID.test(id)) throw new VeriffProblem(400, '1002', 'Query ID must be a valid UUID V4');
    const session = sessions.find(id);
    if (session === undefined) throw new VeriffProblem(404, '1104', 'No session with this id');
    return { session, secret };
  }

  return {
    name: 'veriff',
    title: PROVIDERS.veriff.title,
    prefix: PROVIDERS.veriff.apiPath,
    webhookTimeoutMs: 5000,
    hosted: VERIFF_FLOW,
    secrets: account.secrets,
    otherEnvironment: otherIntegration(),
    // The limit is documented, but neither its error code nor a retry header is.
    rateLimited: { headers: {}, body: '{"status":"fail","message":"Too many requests"}' },
    // Veriff repeats a webhook after any status except 200.
    acceptsStatus: (status) => status === 200,
    registerApi,
    sendsThrough(send) {
      sendWebhook = send;
    },
    setDeletion: (settings) => deletions.set(settings),
    sessions: () =>
      sessions.all().map((session) => ({
        id: session.id,
        reference: session.vendorData,
        status: session.status,
        url: urlOf(session),
        createdAt: session.createdAt.toISOString(),
        isErased: session.deletedAt !== null,
      })),
    refuseVisit: (id) => (sessions.find(id) === undefined ? ERASED_MESSAGE : null),
    // Veriff documents no parameters of the return URL, for finished or for canceled sessions.
    returnUrl: (id) => sessions.get(id).callback ?? account.returnUrl ?? `${site.url}/app/return`,
    announces: (decision) => sessions.announces(decision),
    move: (id, decision, at) => sessions.move(id, decision, at),
    draft: (id, decision, at) => sessions.draft(id, decision, at),
    signatureHeaders: (body, signing) => signatureHeaders(body, signing.secrets[0] ?? ''),
  };
}

/** API keys and shared secrets of Veriff are both UUIDs. */
export const newVeriffCredential = (): string => randomUUID();

/** Test and live are two integrations with separate keys and secrets. */
function otherIntegration(): OtherEnvironment {
  const apiKey = newVeriffCredential();
  return {
    secret: newVeriffCredential(),
    headers: {
      'x-auth-client': apiKey,
      'vrf-auth-client': apiKey,
      'vrf-integration-id': randomUUID(),
    },
  };
}
