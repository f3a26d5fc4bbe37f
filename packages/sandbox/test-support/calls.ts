import { createHmac } from 'node:crypto';
import type { Sandbox } from '../sandbox-type.ts';

/** A response of an emulated API with its body already read. */
export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  json: Json;
}

/** JSON that a test reads without declaring its type. */
export type Json = { readonly [key: string]: Json } & { readonly [index: number]: Json };

export async function call(url: string, init: RequestInit = {}): Promise<Reply> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: text === '' ? null : JSON.parse(text),
  };
}

export function setting(sandbox: Sandbox, name: string): string {
  const value = sandbox.environment[name];
  if (value === undefined) throw new Error(`the sandbox has no ${name}`);
  return value;
}

export const hmac = (secret: string, message: string | Buffer): string =>
  createHmac('sha256', secret).update(message).digest('hex');

/** Calls Persona's API with valid headers. A header set to '' is omitted. */
export function personaCall(
  sandbox: Sandbox,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  options: { body?: unknown; headers?: Record<string, string> } = {},
): Promise<Reply> {
  const headers = {
    authorization: `Bearer ${setting(sandbox, 'PERSONA_API_KEY')}`,
    'persona-version': '2025-12-08',
    'content-type': 'application/json',
    ...options.headers,
  };
  return call(`${setting(sandbox, 'PERSONA_API_URL')}${path}`, {
    method,
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
}

export function personaInquiry(sandbox: Sandbox, meta: object = {}, attributes: object = {}): object {
  return {
    data: { attributes: { 'inquiry-template-id': setting(sandbox, 'PERSONA_TEMPLATE_ID'), ...attributes } },
    meta,
  };
}

/** Calls Veriff's API with valid headers. `replaced` overrides a header; '' omits it. */
export function veriffCall(
  sandbox: Sandbox,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  signed: string,
  replaced: Record<string, string> = {},
): Promise<Reply> {
  const headers = {
    'content-type': 'application/json',
    'x-auth-client': setting(sandbox, 'VERIFF_API_KEY'),
    'x-hmac-signature': hmac(setting(sandbox, 'VERIFF_SHARED_SECRETS'), signed),
    ...replaced,
  };
  return call(`${setting(sandbox, 'VERIFF_API_URL')}${path}`, {
    method,
    headers: Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== '')),
    ...(method === 'POST' ? { body: signed } : {}),
  });
}

export const openVeriffSession = (sandbox: Sandbox, verification: object = {}): Promise<Reply> =>
  veriffCall(sandbox, 'POST', '/sessions', JSON.stringify({ verification }));

export function onfidoCall(
  sandbox: Sandbox,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
  authorization = `Token token=${setting(sandbox, 'ONFIDO_API_TOKEN')}`,
): Promise<Reply> {
  return call(`${setting(sandbox, 'ONFIDO_API_URL')}${path}`, {
    method,
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

/** Creates an applicant and a workflow run for it, in the documented way. */
export async function openOnfidoRun(sandbox: Sandbox, extra: object = {}): Promise<Reply> {
  const applicant = await onfidoCall(sandbox, 'POST', '/applicants', {
    first_name: 'Anonymous',
    last_name: 'User',
  });
  return onfidoCall(sandbox, 'POST', '/workflow_runs', {
    workflow_id: setting(sandbox, 'ONFIDO_WORKFLOW_ID'),
    applicant_id: applicant.json['id'],
    ...extra,
  });
}
