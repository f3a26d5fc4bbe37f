import { createInquiries, type Inquiry } from '../packages/sandbox/persona/inquiries.ts';
import { readNewInquiry } from '../packages/sandbox/persona/requests.ts';
import { inquiryResource } from '../packages/sandbox/persona/resources.ts';
import { personaSignature } from '../packages/sandbox/persona/webhooks.ts';

export const WEBHOOK_PATH = '/api/webhooks/kyc-status';

export interface SignedWebhook {
  /** The event id of Persona, which is the key in the ledger. */
  eventKey: string;
  headers: Record<string, string>;
  body: Buffer;
}

/** The users of a seeded database are numbered from 1, and each has an open session. */
export const userIdOf = (number: number): string =>
  `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
export const mailAddressOf = (number: number): string => `user-${number}@users.example.com`;
export const sessionIdOf = (number: number): string => `inq_bench${String(number).padStart(15, '0')}`;
export const eventKeyOf = (number: number): string => `evt_bench${String(number).padStart(15, '0')}`;

/** A range of users. `stride` is the distance between two of them, 1 by default. */
export interface Users {
  from: number;
  count: number;
  stride?: number;
}

export const numbersOf = ({ from, count, stride = 1 }: Users): number[] =>
  Array.from({ length: count }, (_, index) => from + index * stride);

/** An approved inquiry with documents, so that it has the length of a real event. */
const APPROVED: Inquiry = approvedInquiry();

/** Returns the signed approval of the user's session. */
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
