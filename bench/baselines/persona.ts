import { createHmac, timingSafeEqual } from 'node:crypto';

/** The signature check that all baselines share with the gateway. */
export interface Approval {
  eventKey: string;
  sessionId: string;
  reference: string;
  occurredAt: Date;
}

interface PersonaEvent {
  data: {
    id: string;
    attributes: {
      'created-at': string;
      payload: { data: { id: string; attributes: { 'reference-id': string } } };
    };
  };
}

const TOLERANCE_MS = 300_000;
const SIGNATURE = /^t=(\d+),v1=([0-9a-f]{64})$/;

export function isSigned(header: unknown, body: Buffer, secret: string): boolean {
  const [, t, v1] = SIGNATURE.exec(String(header)) ?? [];
  if (t === undefined || v1 === undefined) return false;
  if (Math.abs(Date.now() - Number(t) * 1_000) > TOLERANCE_MS) return false;
  const expected = createHmac('sha256', secret).update(`${t}.`).update(body).digest();
  return timingSafeEqual(expected, Buffer.from(v1, 'hex'));
}

export function readApproval(body: Buffer): Approval {
  const { id, attributes } = (JSON.parse(body.toString()) as PersonaEvent).data;
  const inquiry = attributes.payload.data;
  return {
    eventKey: id,
    sessionId: inquiry.id,
    reference: inquiry.attributes['reference-id'],
    occurredAt: new Date(attributes['created-at']),
  };
}
