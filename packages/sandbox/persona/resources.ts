import { CANARIES } from '../canaries.ts';
import { spelledNumber } from '../provider/wire.ts';
import type { Inquiry } from './inquiries.ts';

/** An inquiry in the JSON:API shape of version 2025-12-08 (Persona API reference, "Inquiry object"). */
export function inquiryResource(inquiry: Inquiry): Record<string, unknown> {
  return {
    type: 'inquiry',
    id: inquiry.id,
    attributes: {
      status: inquiry.status,
      'reference-id': inquiry.referenceId,
      note: (inquiry.redactedAt === null && inquiry.request.data.attributes.note) || null,
      behaviors: {},
      tags: [...inquiry.tags],
      creator: 'API',
      'reviewer-comment': inquiry.reviewerComment,
      'created-at': inquiry.createdAt.toISOString(),
      'updated-at': inquiry.updatedAt.toISOString(),
      'started-at': time(inquiry.startedAt),
      'expires-at': time(inquiry.expiresAt),
      'completed-at': time(inquiry.completedAt),
      'failed-at': time(inquiry.failedAt),
      'marked-for-review-at': time(inquiry.markedForReviewAt),
      'decisioned-at': time(inquiry.decisionedAt),
      'expired-at': time(inquiry.expiredAt),
      'redacted-at': time(inquiry.redactedAt),
      'previous-step-name': null,
      'next-step-name': 'start',
      fields: fields(inquiry),
    },
    relationships: {
      account: related('account', inquiry.account?.id ?? null),
      'inquiry-template': related('inquiry-template', inquiry.templateId),
      'inquiry-template-version': related(
        'inquiry-template-version',
        `itmplv_${inquiry.templateId.slice(6)}`,
      ),
      template: { data: null },
      transaction: { data: null },
      reviewer: { data: null },
      reports: { data: [] },
      verifications: { data: [] },
      sessions: { data: inquiry.sessions.map(({ id }) => ({ type: 'inquiry-session', id })) },
      documents: { data: [] },
      selfies: { data: [] },
    },
  };
}

/** Plain values in requests, `{type, value}` in responses, null after redaction. */
function fields(inquiry: Inquiry): Record<string, unknown> {
  const given = Object.entries(inquiry.request.data.attributes.fields ?? {}).map(([name, value]) => [
    name,
    { type: 'string', value: inquiry.redactedAt === null ? value : null },
  ]);
  if (!inquiry.hasDocuments) return Object.fromEntries(given);
  return {
    ...Object.fromEntries(given),
    'name-first': { type: 'string', value: CANARIES.firstName },
    'name-last': { type: 'string', value: CANARIES.lastName },
    birthdate: { type: 'date', value: CANARIES.birthDate },
    'address-street-1': { type: 'string', value: CANARIES.address },
    'identification-number': { type: 'string', value: CANARIES.documentNumber },
    'selfie-similarity': { type: 'number', value: spelledNumber('1.0') },
  };
}

function related(type: string, id: string | null): { data: { type: string; id: string } | null } {
  return { data: id === null ? null : { type, id } };
}

function time(value: Date | null): string | null {
  return value === null ? null : value.toISOString();
}
