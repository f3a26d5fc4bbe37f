import { randomUUID } from 'node:crypto';
import type { Decision } from '../provider/contract.ts';
import { UnsupportedDecisionError } from '../provider/emulator.ts';
import type { WebhookMessage } from '../provider/emulator.ts';
import { opaqueToken } from '../provider/wire.ts';
import { DECLINE_REASONS, RESUBMISSION_REASONS } from './reasons.ts';
import type { NewSession } from './requests.ts';
import type { VeriffSession, VeriffVerdict } from './session.ts';
import { decisionBody, eventBody } from './webhooks.ts';

const VERDICTS: Readonly<Partial<Record<Decision['outcome'], VeriffVerdict>>> = {
  approve: 'approved',
  decline: 'declined',
  resubmit: 'resubmission_requested',
  review: 'review',
  expire: 'expired',
  abandon: 'abandoned',
};

export function createSession(request: NewSession): VeriffSession {
  return {
    ...request,
    id: randomUUID(),
    attemptId: randomUUID(),
    sessionToken: opaqueToken(),
    createdAt: new Date(),
    status: 'created',
    decision: null,
    deletedAt: null,
  };
}

export function moveSession(session: VeriffSession, decision: Decision, at: Date): WebhookMessage {
  const { id } = session;
  const type = announces(decision);
  const verdict = VERDICTS[decision.outcome];
  if (verdict === undefined) {
    session.status = decision.outcome === 'start' ? 'started' : 'submitted';
    return { sessionId: id, type, body: eventBody(session, session.status) };
  }
  const body = decisionBody(session, verdict, reasonOf(decision), at);
  session.status = verdict;
  session.decision = body;
  if (verdict === 'resubmission_requested') session.attemptId = randomUUID();
  return { sessionId: id, type, body };
}

export function announces(decision: Decision): string {
  reasonOf(decision); // throws for an unknown reason before the session changes
  if (decision.outcome === 'start') return 'started';
  if (decision.outcome === 'submit') return 'submitted';
  const verdict = VERDICTS[decision.outcome];
  if (verdict === undefined) throw new UnsupportedDecisionError(`Veriff has no "${decision.outcome}"`);
  return verdict;
}

function reasonOf(decision: Decision): { code: string; text: string } | null {
  if (decision.outcome !== 'decline' && decision.outcome !== 'resubmit') return null;
  const [list, usual] =
    decision.outcome === 'decline' ? [DECLINE_REASONS, '102'] : [RESUBMISSION_REASONS, '204'];
  const code = decision.reason ?? usual;
  const text = list[code];
  if (text === undefined) {
    throw new UnsupportedDecisionError(`Veriff has no reason code ${code} for "${decision.outcome}"`);
  }
  return { code, text };
}
