import { CANARIES } from '../canaries.ts';
import { spelledNumber } from '../provider/wire.ts';
import type { VeriffSession, VeriffVerdict } from './session.ts';

const CODES: Readonly<Record<VeriffVerdict, number>> = {
  approved: 9001,
  declined: 9102,
  resubmission_requested: 9103,
  expired: 9104,
  abandoned: 9104,
  review: 9121,
};

/** A session's decision, the same object in the decision webhook and at GET /sessions/{id}/decision. */
export function decisionBody(
  session: VeriffSession,
  status: VeriffVerdict,
  reason: { code: string; text: string } | null,
  at: Date,
): Buffer {
  // The user of an expired or abandoned session has not shown a document.
  const wasSeen = status !== 'expired' && status !== 'abandoned';
  return encode({
    status: 'success',
    verification: {
      id: session.id,
      attemptId: session.attemptId,
      vendorData: session.vendorData,
      endUserId: session.endUserId,
      status,
      code: CODES[status],
      reason: reason?.text ?? null,
      reasonCode: reason === null ? null : Number(reason.code),
      acceptanceTime: session.createdAt.toISOString(),
      decisionTime: wasSeen ? at.toISOString() : null,
      person: person(wasSeen),
      document: wasSeen
        ? {
            type: 'PASSPORT',
            country: 'EE',
            number: CANARIES.documentNumber,
            validFrom: null,
            validUntil: '2031-05-28',
            state: null,
          }
        : { type: null, country: null, number: null, validFrom: null, validUntil: null, state: null },
      additionalVerifiedData: {},
      comments: [],
      riskScore: wasSeen ? { score: spelledNumber('0.50') } : null,
      riskLabels: [],
    },
    technicalData: { ip: wasSeen ? CANARIES.ipAddress : null },
  });
}

/** The response of the decision endpoint before a decision. */
export function noDecisionBody(): Buffer {
  return encode({ status: 'success', verification: null, technicalData: { ip: null } });
}

/** The event webhook. It has the session id at the top level and no time. */
export function eventBody(session: VeriffSession, action: 'started' | 'submitted'): Buffer {
  return encode({
    id: session.id,
    attemptId: session.attemptId,
    feature: 'selfid',
    code: action === 'started' ? 7001 : 7002,
    action,
    vendorData: session.vendorData,
    endUserId: session.endUserId,
  });
}

function person(wasSeen: boolean): Record<string, unknown> {
  const seen = <T>(value: T): T | null => (wasSeen ? value : null);
  return {
    firstName: seen(CANARIES.firstName),
    lastName: seen(CANARIES.lastName),
    dateOfBirth: seen(CANARIES.birthDate),
    nationality: seen('EE'),
    idNumber: seen(CANARIES.nationalId),
    gender: seen('F'),
    yearOfBirth: seen(CANARIES.birthDate.slice(0, 4)),
    placeOfBirth: null,
    addresses: wasSeen ? [{ fullAddress: CANARIES.address }] : [],
    citizenship: null,
    pepSanctionMatch: null,
  };
}

function encode(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value), 'utf8');
}
