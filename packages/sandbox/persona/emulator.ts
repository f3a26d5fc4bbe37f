import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { bodyOf, pathOf } from '../provider/api-surface.ts';
import { UnsupportedDecisionError, SessionNotFoundError } from '../provider/emulator.ts';
import type { Answer, ProviderEmulator, Site, WebhookMessage } from '../provider/emulator.ts';
import type { SecretList } from '../provider/secrets.ts';
import { randomId } from '../provider/wire.ts';
import { PROVIDERS } from '../providers.ts';
import { accountResource } from './accounts.ts';
import type { Account } from './accounts.ts';
import { PERSONA_FLOW, refuseVisit, returnUrl } from './hosted.ts';
import { createIdempotencyLayer } from './idempotency.ts';
import { inflectKeys } from './inflection.ts';
import { addLink, createInquiries, openSession, resume } from './inquiries.ts';
import type { Inquiry } from './inquiries.ts';
import { listInquiries } from './listing.ts';
import { PersonaProblem, notFound } from './problem.ts';
import { redactAccount, redactInquiry } from './redaction.ts';
import { RATE_LIMITED, createRateLimitHeaders } from './rate-limit.ts';
import {
  authenticate,
  checkVersion,
  parseBody,
  readInflection,
  readLinkLifetime,
  readNewInquiry,
} from './requests.ts';
import { inquiryResource } from './resources.ts';
import { attemptHeaders, eventFor, moveInquiry, personaSignature } from './webhooks.ts';

export interface PersonaAccount {
  apiKey: string;
  templateId: string;
  secrets: SecretList;
}

/** Persona at wire level (Persona API reference, version 2025-12-08): inquiries, accounts, links, webhooks. */
export function createPersonaEmulator(site: Site, account: PersonaAccount): ProviderEmulator {
  const inquiries = createInquiries(account.templateId);
  const idempotency = createIdempotencyLayer();
  const rateLimitHeaders = createRateLimitHeaders();
  let sendWebhook: (message: WebhookMessage) => void = () => undefined;
  const pageOf = (inquiry: Inquiry) => `${site.url}/hosted/persona/${inquiry.id}`;

  function get(id: string): Inquiry {
    const inquiry = inquiries.find(id);
    if (inquiry === undefined) throw new SessionNotFoundError('persona', id);
    return inquiry;
  }

  function linkMeta(inquiry: Inquiry, lifetimeSeconds: number): Record<string, string> {
    const link = `${pageOf(inquiry)}?code=${addLink(inquiry, lifetimeSeconds)}`;
    return { 'one-time-link': link, 'one-time-link-short': link };
  }

  function create(body: unknown): Answer {
    const request = readNewInquiry(body);
    const inquiry = inquiries.create(request);
    const wantsLink = request.meta['auto-create-one-time-link'];
    const links = wantsLink
      ? linkMeta(inquiry, 86_400)
      : { 'one-time-link': null, 'one-time-link-short': null };
    const token = request.meta['auto-create-inquiry-session'] ? openSession(inquiry).token : null;
    return {
      status: 201,
      body: { data: inquiryResource(inquiry), meta: { 'session-token': token, ...links } },
    };
  }

  function known(request: FastifyRequest): Inquiry {
    const inquiry = inquiries.find((request.params as { id: string }).id);
    if (inquiry === undefined) throw notFound();
    return inquiry;
  }

  function knownAccount(request: FastifyRequest): Account {
    const account = inquiries.findAccount((request.params as { id: string }).id);
    if (account === undefined) throw notFound();
    return account;
  }

  /** Handles key, version, idempotency (POST only), headers and casing around each endpoint. */
  function endpoint(work: (request: FastifyRequest, body: unknown) => Answer) {
    return (request: FastifyRequest, reply: FastifyReply): FastifyReply => {
      reply.header('request-id', `req_${randomId()}`);
      authenticate(request.headers, account.apiKey);
      reply.headers(rateLimitHeaders());
      checkVersion(request.headers);
      const inflection = readInflection(request.headers);
      const body = parseBody(bodyOf(request));
      // Persona ignores the Idempotency-Key of other methods.
      const key = request.method === 'POST' ? (request.headers['idempotency-key']?.toString() ?? null) : null;
      const answer = idempotency.answer({ path: pathOf(request), key, body }, () => work(request, body));
      return send(reply, { status: answer.status, body: inflectKeys(answer.body, inflection) });
    };
  }

  function registerApi(app: FastifyInstance): void {
    app.setErrorHandler((error, _request, reply) => {
      const problem = error instanceof PersonaProblem ? error : new PersonaProblem(400, 'Bad Request');
      return send(reply, { status: problem.status, body: problem.body });
    });
    app.setNotFoundHandler((_request, reply) => send(reply, { status: 404, body: notFound().body }));

    app.post(
      '/inquiries',
      endpoint((_request, body) => create(body)),
    );
    app.get(
      '/inquiries',
      endpoint((request) => {
        const query = request.query as Record<string, string | undefined>;
        return { status: 200, body: listInquiries(inquiries.all(), query) };
      }),
    );
    app.get(
      '/inquiries/:id',
      endpoint((request) => ({ status: 200, body: { data: inquiryResource(known(request)) } })),
    );
    app.delete(
      '/inquiries/:id',
      endpoint((request) => {
        const inquiry = known(request);
        sendWebhook(redactInquiry(inquiry, new Date()));
        return { status: 200, body: { data: inquiryResource(inquiry) } };
      }),
    );
    app.get(
      '/accounts/:id',
      endpoint((request) => ({ status: 200, body: { data: accountResource(knownAccount(request)) } })),
    );
    app.delete(
      '/accounts/:id',
      endpoint((request) => {
        const account = knownAccount(request);
        for (const message of redactAccount(account, inquiries.all(), new Date())) sendWebhook(message);
        return { status: 200, body: { data: accountResource(account) } };
      }),
    );
    app.post(
      '/inquiries/:id/resume',
      endpoint((request) => {
        const inquiry = known(request);
        const session = resume(inquiry);
        return {
          status: 200,
          body: { data: inquiryResource(inquiry), meta: { 'session-token': session.token } },
        };
      }),
    );
    app.post(
      '/inquiries/:id/generate-one-time-link',
      endpoint((request, body) => {
        const inquiry = known(request);
        const meta = linkMeta(inquiry, readLinkLifetime(body));
        return { status: 200, body: { data: inquiryResource(inquiry), meta } };
      }),
    );
  }

  return {
    name: 'persona',
    title: PROVIDERS.persona.title,
    prefix: PROVIDERS.persona.apiPath,
    webhookTimeoutMs: 5000,
    hosted: PERSONA_FLOW,
    secrets: account.secrets,
    otherEnvironment: { secret: newPersonaSecret(), headers: {} },
    rateLimited: RATE_LIMITED,
    acceptsStatus: (status) => [200, 201, 202, 204].includes(status),
    registerApi,
    sendsThrough(send) {
      sendWebhook = send;
    },
    preparedResponseSent(call, answer) {
      if (call.method !== 'POST') return;
      idempotency.keep({ path: call.path, key: call.key, body: parseBody(call.body) }, answer);
    },
    sessions: () =>
      inquiries
        .all()
        .toReversed()
        .map((inquiry) => ({
          id: inquiry.id,
          reference: inquiry.referenceId,
          status: inquiry.status,
          url: pageOf(inquiry),
          createdAt: inquiry.createdAt.toISOString(),
          isErased: inquiry.redactedAt !== null && inquiry.account?.hasDocuments !== true,
        })),
    refuseVisit: (id, query) => refuseVisit(get(id), query, new Date()),
    returnUrl: (id) => returnUrl(get(id)),
    announces: eventFor,
    move(id, decision, at) {
      const inquiry = get(id);
      if (inquiry.redactedAt !== null) throw new UnsupportedDecisionError('The inquiry was redacted');
      return moveInquiry(inquiry, decision, at);
    },
    draft(id, decision, at) {
      const { account, tags, ...inquiry } = get(id);
      return moveInquiry({ ...inquiry, account: account && { ...account }, tags: [...tags] }, decision, at);
    },
    signatureHeaders: personaSignature,
    attemptHeaders,
  };
}

export const newPersonaSecret = (): string => `wbhsec_${randomBytes(18).toString('hex')}`;

function send(reply: FastifyReply, answer: Answer): FastifyReply {
  const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  return reply.code(answer.status).type('application/json; charset=utf-8').send(body);
}
