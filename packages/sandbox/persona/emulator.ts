import { randomBytes } from 'node:crypto';
import type { Account, Desk } from '../provider/define-emulator.ts';
import type { Answer } from '../provider/emulator.ts';
import type { Call } from '../provider/endpoints.ts';
import { createIdempotencyLayer, type KeyedCall } from '../provider/idempotency.ts';
import { createSecrets } from '../provider/secrets.ts';
import { randomId } from '../provider/wire.ts';
import { accountResource } from './accounts.ts';
import { inflectKeys } from './inflection.ts';
import { addLink, createInquiries, openSession, resume } from './inquiries.ts';
import type { Inquiry } from './inquiries.ts';
import { listInquiries } from './listing.ts';
import { badRequest, notFound } from './problem.ts';
import { createRateLimitHeaders } from './rate-limit.ts';
import { redactAccount, redactInquiry } from './redaction.ts';
import {
  authenticate,
  checkVersion,
  readInflection,
  readKebabBody,
  readLinkLifetime,
  readNewInquiry,
} from './requests.ts';
import { inquiryResource } from './resources.ts';
import { attemptHeaders, eventFor, moveInquiry, personaSignature } from './webhooks.ts';
import { refuseVisit, returnUrl } from './visits.ts';

/** Persona at wire level (Persona API reference, version 2025-12-08): inquiries, accounts, links, webhooks. */
export function openPersona({ site, sessions, pageOf, send }: Desk<Inquiry>): Account<Inquiry> {
  const given = site.personaAccount;
  const apiKey = given['PERSONA_API_KEY'] ?? `persona_sandbox_${randomId(32)}`;
  const templateId = given['PERSONA_TEMPLATE_ID'] ?? `itmpl_${randomId()}`;
  const secrets = createSecrets(newSecret, given['PERSONA_WEBHOOK_SECRETS']);
  const inquiries = createInquiries(templateId, sessions);
  const idempotency = createIdempotencyLayer(
    badRequest('The Idempotency-Key was already used with other parameters'),
  );
  const rateLimitHeaders = createRateLimitHeaders();

  const ok = (data: object, meta?: object): Answer => ({
    status: 200,
    body: { data, ...(meta !== undefined && { meta }) },
  });

  function linkMeta(inquiry: Inquiry, lifetimeSeconds: number): Record<string, string> {
    const link = `${pageOf(inquiry.id)}?code=${addLink(inquiry, lifetimeSeconds)}`;
    return { 'one-time-link': link, 'one-time-link-short': link };
  }

  function create(call: Call): Answer {
    const request = readNewInquiry(readKebabBody(call));
    const inquiry = inquiries.create(request);
    const links = request.meta['auto-create-one-time-link']
      ? linkMeta(inquiry, 86_400)
      : { 'one-time-link': null, 'one-time-link-short': null };
    const token = request.meta['auto-create-inquiry-session'] ? openSession(inquiry).token : null;
    return { ...ok(inquiryResource(inquiry), { 'session-token': token, ...links }), status: 201 };
  }

  const known = ({ id }: Call) => inquiries.find(id) ?? reject();
  const knownAccount = ({ id }: Call) => inquiries.findAccount(id) ?? reject();

  /** Persona ignores the Idempotency-Key of other methods. */
  const keyed = (call: Call): KeyedCall => ({
    path: call.path,
    key: call.method === 'POST' ? (call.headers['idempotency-key']?.toString() ?? null) : null,
    body: readKebabBody(call),
  });

  return {
    secrets,
    variables: () => ({
      PERSONA_API_KEY: apiKey,
      PERSONA_TEMPLATE_ID: templateId,
      PERSONA_WEBHOOK_SECRETS: secrets.newestFirst().join(','),
    }),
    otherEnvironment: { secret: newSecret(), headers: {} },
    around(call, work) {
      call.respondWith({ 'request-id': `req_${randomId()}` });
      authenticate(call.headers, apiKey);
      call.respondWith(rateLimitHeaders());
      checkVersion(call.headers);
      const inflection = readInflection(call.headers);
      const { status, body } = idempotency.answer(keyed(call), work);
      return { status, body: inflectKeys(body, inflection) };
    },
    preparedResponseSent: (call, answer) => idempotency.keep(keyed(call), answer),
    endpoints: {
      'POST /inquiries': create,
      'GET /inquiries': ({ query }) => ({ status: 200, body: listInquiries(inquiries.all(), query) }),
      'GET /inquiries/:id': (call) => ok(inquiryResource(known(call))),
      'DELETE /inquiries/:id': (call) => {
        const inquiry = known(call);
        send(redactInquiry(inquiry, new Date()));
        return ok(inquiryResource(inquiry));
      },
      'POST /inquiries/:id/resume': (call) => {
        const inquiry = known(call);
        const { token } = resume(inquiry);
        return ok(inquiryResource(inquiry), { 'session-token': token });
      },
      'POST /inquiries/:id/generate-one-time-link': (call) => {
        const inquiry = known(call);
        const meta = linkMeta(inquiry, readLinkLifetime(readKebabBody(call)));
        return ok(inquiryResource(inquiry), meta);
      },
      'GET /accounts/:id': (call) => ok(accountResource(knownAccount(call))),
      'DELETE /accounts/:id': (call) => {
        const account = knownAccount(call);
        for (const message of redactAccount(account, inquiries.all(), new Date())) send(message);
        return ok(accountResource(account));
      },
    },
    describe: ({ referenceId, status, createdAt }) => ({ reference: referenceId, status, createdAt }),
    isGone: ({ redactedAt }) => redactedAt !== null,
    isErased: ({ redactedAt, account }) => redactedAt !== null && account?.hasDocuments !== true,
    refuseVisit: (inquiry, query) => refuseVisit(inquiry, query, new Date()),
    returnUrl,
    announces: eventFor,
    move: moveInquiry,
    sign: personaSignature,
    attemptHeaders,
  };
}

function newSecret(): string {
  return `wbhsec_${randomBytes(18).toString('hex')}`;
}

function reject(): never {
  throw notFound();
}
