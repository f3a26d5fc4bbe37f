import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Call } from '../provider/endpoints.ts';
import { firstOf, readBody } from '../provider/read-body.ts';
import { isInflection, toKebabKeys } from './inflection.ts';
import type { Inflection } from './inflection.ts';
import { badRequest, problem } from './problem.ts';

/** The API versions that this emulator supports. Both reject unknown attributes. */
const VERSIONS = ['2025-12-08', '2025-10-27'];

const text = z.string().nullish();
const seconds = z.int().positive().nullish();

const attributes = z.strictObject({
  'template-id': z.string().startsWith('tmpl_').nullish(),
  'inquiry-template-id': z.string().startsWith('itmpl_').nullish(),
  'inquiry-template-version-id': z.string().startsWith('itmplv_').nullish(),
  'reference-id': text,
  'account-id': text,
  'creator-email-address': text,
  'theme-id': text,
  'theme-set-id': text,
  'redirect-uri': z.url().nullish(),
  note: text,
  fields: z.record(z.string(), z.json()).nullish(),
  tags: z.array(z.string()).nullish(),
  'initial-step-name': text,
});

const meta = z.strictObject({
  'auto-create-account': z.boolean().default(true),
  'auto-create-account-type-id': z.string().optional(),
  'auto-create-account-reference-id': z.string().optional(),
  'auto-create-inquiry-session': z.boolean().default(false),
  'auto-create-one-time-link': z.boolean().default(false),
  'expiration-after-create-interval-seconds': seconds,
  'expiration-after-start-interval-seconds': seconds,
  'expiration-after-resume-interval-seconds': seconds,
  'one-time-link-expiration-seconds': seconds,
});

const createInquiry = z.strictObject({
  data: z.strictObject({ attributes }),
  meta: meta.prefault({}),
});

export type NewInquiry = z.infer<typeof createInquiry>;

/**
 * Reads the body of "Create an Inquiry" (Persona API reference; additionalProperties is false at every level)
 * and rejects values that Persona rejects beyond their types.
 */
export function readNewInquiry(body: unknown): NewInquiry {
  const request = check(createInquiry, body);
  const { 'template-id': legacy, 'inquiry-template-id': template } = request.data.attributes;
  const selectors = [legacy, template, request.data.attributes['inquiry-template-version-id']];
  const chosen = selectors.filter((selector) => selector !== undefined && selector !== null);
  if (chosen.length !== 1) {
    throw badRequest(
      'Exactly one of template-id, inquiry-template-id and inquiry-template-version-id must be given',
    );
  }
  const { 'auto-create-account-reference-id': reference, 'auto-create-account-type-id': type } = request.meta;
  if (!request.meta['auto-create-account'] && (reference !== undefined || type !== undefined)) {
    throw badRequest('meta.auto-create-account-* must not be passed when auto-create-account is false');
  }
  return request;
}

const linkRequest = z.strictObject({
  meta: z.strictObject({ 'expires-in-seconds': z.int().positive().nullish() }).nullish(),
});

/** Reads the optional body of "Generate a one-time link"; the lifetime in seconds, by default 24 hours. */
export function readLinkLifetime(body: unknown): number {
  return check(linkRequest, body ?? {}).meta?.['expires-in-seconds'] ?? 86_400;
}

/** Returns the body with kebab-case keys, or undefined without a body. */
export function readKebabBody(call: Call): unknown {
  return call.bytes.length === 0 ? undefined : toKebabKeys(call.json());
}

/** Checks the API key before the idempotency layer, so that a rejection is not stored. */
export function authenticate(headers: IncomingHttpHeaders, apiKey: string): void {
  const match = /^Bearer (.+)$/.exec(headers.authorization ?? '');
  if (match === null) throw problem(401, 'Must be authenticated to access this endpoint');
  if (match[1] !== apiKey) throw problem(401, 'Token is invalid');
}

/**
 * Rejects requests without a version. Persona uses the organization's default version instead, so such a client works
 * only until an administrator changes the setting in the dashboard.
 */
export function checkVersion(headers: IncomingHttpHeaders): void {
  const version = headers['persona-version']?.toString();
  if (version === undefined) throw badRequest('Persona-Version is missing');
  if (!VERSIONS.includes(version)) throw badRequest(`Persona-Version must be one of ${VERSIONS.join(', ')}`);
}

export function readInflection(headers: IncomingHttpHeaders): Inflection {
  const word = headers['key-inflection']?.toString() ?? 'kebab';
  if (!isInflection(word)) throw badRequest('Key-Inflection must be kebab, camel or snake');
  return word;
}

function check<T extends z.ZodType>(schema: T, body: unknown): z.infer<T> {
  return readBody(schema, body, (issues) => badRequest(firstOf(issues)));
}
