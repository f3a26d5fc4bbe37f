/** Emulates Persona's "create an inquiry" with a delay. It does as little as possible, because the caller is measured. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInquiries } from '../../packages/sandbox/persona/inquiries.ts';
import { readNewInquiry } from '../../packages/sandbox/persona/requests.ts';
import { inquiryResource } from '../../packages/sandbox/persona/resources.ts';

const TEMPLATE_ID = 'itmpl_bench';
const LIFETIME_MS = 86_400_000;
const delayMs = Number(process.argv[2]);

/** Has the content of a real response, so that it has the same length. */
const NEW = createInquiries(TEMPLATE_ID).create(
  readNewInquiry({ data: { attributes: { 'inquiry-template-id': TEMPLATE_ID } } }),
);
let count = 0;

function inquiryOf(request: Buffer): string {
  const { meta } = JSON.parse(request.toString()) as {
    meta: { 'auto-create-account-reference-id'?: string };
  };
  const number = String((count += 1)).padStart(15, '0');
  const createdAt = new Date();
  const inquiry = {
    ...NEW,
    id: `inq_slow${number}`,
    referenceId: meta['auto-create-account-reference-id'] ?? null,
    createdAt,
    updatedAt: createdAt,
    expiresAt: new Date(createdAt.getTime() + LIFETIME_MS),
  };
  const link = `https://persona.example.com/verify?code=us1-${number}`;
  return JSON.stringify({
    data: inquiryResource(inquiry),
    meta: { 'session-token': `token-${number}`, 'one-time-link': link, 'one-time-link-short': link },
  });
}

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method !== 'POST' || request.url !== '/api/v1/inquiries') {
      answer(response, 404, '{"errors":[{"title":"Record not found"}]}');
      return;
    }
    const body = inquiryOf(Buffer.concat(chunks));
    setTimeout(() => answer(response, 201, body), delayMs);
  });
});

process.on('disconnect', () => process.exit());
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
