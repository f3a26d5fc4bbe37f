import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, request as send } from 'undici';
import { CANARIES } from '../../packages/sandbox/sandbox.ts';

/** Marks text that a provider or a caller can choose freely. It must appear in no output of the gateway. */
export const MARK = 'CnryMark7';

/** Fields that the gateway must read to find the session, the user and the outcome. They stay unchanged. */
const READ: ReadonlySet<string> = new Set(
  `id attemptid type name status action resource_type code eventtype sessionid result reference-id referenceid
  vendordata customer_user_id applicant_id workflow_id one-time-link onetimelink url tags expires_at expires-at
  expiresat`.split(/\s+/),
);
const TIME = /^\d{4}-\d\d-\d\dT/;

/**
 * Returns the document with a mark in every text and null that the gateway does not read, and in additional fields.
 */
export function marked(json: string): string {
  return JSON.stringify(withMarks(JSON.parse(json), ''));
}

function withMarks(value: unknown, name: string): unknown {
  if (Array.isArray(value)) {
    const isOfTexts = name !== '' && !READ.has(name) && value.every((item) => typeof item !== 'object');
    return [...value.map((item) => withMarks(item, name)), ...(isOfTexts ? [`${MARK} in a list`] : [])];
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([key, inner]) => [key, withMarks(inner, key.toLowerCase())]);
    return { ...Object.fromEntries(fields), [`${MARK}Key`]: `${MARK} unknown`, remark: { [MARK]: [MARK] } };
  }
  if (READ.has(name) || (typeof value === 'string' && TIME.test(value))) return value;
  // A null time must not become text, because the verdict then counts as malformed.
  if (value === null) return /(time|[-_]at|iso8601)$/.test(name) ? null : `${MARK} ${name}`;
  return typeof value === 'string' ? `${MARK} ${name} ${value}` : value;
}

export interface Marker {
  url: string;
  close(): Promise<void>;
}

/** Starts a proxy in front of the sandbox that adds marks to the provider's responses and their headers. */
export async function openMarker(upstream: string): Promise<Marker> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = 'GET', url = '/', headers } = request;
    const answer = await send(upstream + url, {
      method: method as Dispatcher.HttpMethod,
      headers: passedOn(headers),
      body: chunks.length === 0 ? null : Buffer.concat(chunks),
    });
    const text = await answer.body.text();
    const isJson = /^\s*[[{]/.test(text);
    response
      .writeHead(answer.statusCode, MARK, {
        ...passedOn(answer.headers),
        'x-remark': MARK,
        'set-cookie': MARK,
      })
      .end(isJson ? marked(text) : text);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function passedOn(headers: IncomingHttpHeaders): Record<string, string> {
  const own = ['host', 'connection', 'keep-alive', 'transfer-encoding', 'content-length'];
  const kept = Object.entries(headers).filter(([name]) => !own.includes(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
}

/** The encodings in which a text can be stored. */
export function formsOf(text: string): string[] {
  const bytes = Buffer.from(text);
  return [text, encodeURIComponent(text), bytes.toString('hex'), bytes.toString('base64').replace(/=+$/, '')];
}

/** The texts that must appear nowhere: the mark, and the personal data of the emulators. */
export const FORBIDDEN: readonly string[] = [MARK, ...Object.values(CANARIES)];
