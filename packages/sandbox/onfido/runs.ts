import { randomUUID } from 'node:crypto';
import { CANARIES } from '../canaries.ts';
import type { Decision } from '../provider/contract.ts';
import { opaqueToken } from '../provider/wire.ts';
import type { CheckResult } from './controls.ts';
import type { NewApplicant, NewRun } from './requests.ts';

export interface Applicant {
  readonly id: string;
  readonly request: NewApplicant;
  readonly createdAt: Date;
  /** The time at which a requested deletion happens. */
  deleteAt: Date | null;
}

export type RunStatus =
  'awaiting_input' | 'processing' | 'approved' | 'declined' | 'review' | 'abandoned' | 'error';

export interface WorkflowRun {
  readonly id: string;
  readonly request: NewRun;
  readonly sdkToken: string;
  readonly createdAt: Date;
  status: RunStatus;
  reasons: string[];
  output: Record<string, string> | null;
  error: { type: string; message: string } | null;
  updatedAt: Date;
}

export interface Check {
  readonly id: string;
  readonly applicantId: string;
  readonly reportId: string;
  readonly createdAt: Date;
  result: CheckResult;
}

const STATUSES: Readonly<Partial<Record<Decision['outcome'], RunStatus>>> = {
  submit: 'processing',
  approve: 'approved',
  decline: 'declined',
  review: 'review',
  abandon: 'abandoned',
  // When the link expires, the run's interactive task times out.
  expire: 'abandoned',
  fail: 'error',
};

const ANNOUNCED: readonly Decision['outcome'][] = ['approve', 'decline', 'review', 'abandon', 'fail'];

export function createApplicant(request: NewApplicant): Applicant {
  return { id: randomUUID(), request, createdAt: new Date(), deleteAt: null };
}

export function createRun(request: NewRun): WorkflowRun {
  const now = new Date();
  return {
    id: randomUUID(),
    request,
    sdkToken: opaqueToken(),
    createdAt: now,
    status: 'awaiting_input',
    reasons: [],
    output: null,
    error: null,
    updatedAt: now,
  };
}

export function createCheck(applicantId: string, result: CheckResult, at: Date): Check {
  return { id: randomUUID(), applicantId, reportId: randomUUID(), createdAt: at, result };
}

/** True if the decision ends the run. Only then Onfido sends workflow_run.completed. */
export function endsRun(decision: Decision): boolean {
  return ANNOUNCED.includes(decision.outcome);
}

/** A start happens inside the run and does not change its status. A request for another try lets it wait for input again. */
export function moveRun(run: WorkflowRun, decision: Decision, at: Date): void {
  const asksAgain = decision.outcome === 'resubmit' && run.status === 'processing';
  run.status = asksAgain ? 'awaiting_input' : (STATUSES[decision.outcome] ?? run.status);
  run.updatedAt = at;
  run.reasons = decision.outcome === 'decline' && decision.reason !== undefined ? [decision.reason] : [];
  run.error =
    run.status === 'error' ? { type: 'internal_error', message: 'A task of this run failed' } : null;
  const wasSeen = run.status === 'approved' || run.status === 'declined' || run.status === 'review';
  run.output = wasSeen
    ? {
        first_name: CANARIES.firstName,
        last_name: CANARIES.lastName,
        dob: CANARIES.birthDate,
        document_number: CANARIES.documentNumber,
        address: CANARIES.address,
      }
    : null;
}
