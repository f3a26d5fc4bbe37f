import { createInquiries, type Inquiry } from '../packages/sandbox/persona/inquiries.ts';
import { readNewInquiry } from '../packages/sandbox/persona/requests.ts';
import { inquiryResource } from '../packages/sandbox/persona/resources.ts';
import { personaSignature } from '../packages/sandbox/persona/webhooks.ts';

/** Where every contender takes webhooks. */
export const WEBHOOK_PATH = '/api/webhooks/kyc-status';

/** A request to be sent as it is. */
export interface SignedWebhook {
  /** Persona's id of the event, by which the ledger knows it. */
  eventKey: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** The users of a seeded database are numbered from 1, and each is in a session of his own. */
export const userIdOf = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
export const mailAddressOf = (number: number): string => `user-${number}@users.example.com`;
export const sessionIdOf = (number: number): string => `inq_bench${String(number).padStart(15, '0')}`;
export const eventKeyOf = (number: number): string => `evt_bench${String(number).padStart(15, '0')}`;

/** Some of them: each is `stride` further than the one before, the next one if not said otherwise. */
export interface Users {
  from: number;
  count: number;
  stride?: number;
}

export const numbersOf = ({ from, count, stride = 1 }: Users): number[] =>
  Array.from({ length: count }, (_, index) => from + index * stride);

/** An inquiry as the emulated Persona would show it at the end, documents and all: real events are as long. */
const APPROVED: Inquiry = approvedInquiry();

/** The approval of that user's session, signed now. */
export function approvalOf(user: number, secret: string, at = new Date()): SignedWebhook {
  const inquiry = { ...APPROVED, id: sessionIdOf(user), referenceId: userIdOf(user), decisionedAt: at };
  const eventKey = eventKeyOf(user);
  const attributes = {
    name: 'inquiry.approved',
    'created-at': at.toISOString(),
    payload: { data: inquiryResource(inquiry), included: [] },
  };
  const body = Buffer.from(JSON.stringify({ data: { type: 'event', id: eventKey, attributes } }));
  return { eventKey, headers: personaSignature(body, { secrets: [secret], at }), body };
}

function approvedInquiry(): Inquiry {
  const templateId = 'itmpl_bench';
  const inquiry = createInquiries(templateId).create(
    readNewInquiry({ data: { attributes: { 'inquiry-template-id': templateId } } }),
  );
  return { ...inquiry, status: 'approved', hasDocuments: true };
}
