import { isoSeconds } from '../provider/wire.ts';
import type { Applicant, Check, WorkflowRun } from './runs.ts';

/**
 * "Workflow run object" (Onfido API reference v3.6).
 *
 * @param url the link, at Onfido `https://{region}.onfido.app/l/<run id>`
 */
export function runResource(run: WorkflowRun, url: string): Record<string, unknown> {
  const isInteractive = run.status === 'awaiting_input';
  return {
    id: run.id,
    workflow_id: run.request.workflow_id,
    workflow_version_id: 7,
    applicant_id: run.request.applicant_id,
    customer_user_id: run.request.customer_user_id ?? null,
    tags: run.request.tags ?? [],
    status: run.status,
    output: run.output,
    reasons: run.reasons,
    error: run.error,
    sdk_token: isInteractive ? run.sdkToken : null,
    dashboard_url: `https://dashboard.onfido.com/results/${run.id}`,
    link: {
      url,
      completed_redirect_url: run.request.link?.completed_redirect_url ?? null,
      expired_redirect_url: run.request.link?.expired_redirect_url ?? null,
      expires_at: run.request.link?.expires_at ?? null,
      language: run.request.link?.language ?? null,
    },
    created_at: isoSeconds(run.createdAt),
    updated_at: isoSeconds(run.updatedAt),
  };
}

/** "Applicant object" (Onfido API reference v3.6). */
export function applicantResource(applicant: Applicant): Record<string, unknown> {
  const { request } = applicant;
  return {
    id: applicant.id,
    created_at: isoSeconds(applicant.createdAt),
    sandbox: true,
    first_name: request.first_name,
    last_name: request.last_name,
    email: request.email ?? null,
    dob: request.dob ?? null,
    delete_at: applicant.deleteAt === null ? null : isoSeconds(applicant.deleteAt),
    href: `/v3.6/applicants/${applicant.id}`,
    id_numbers: request.id_numbers ?? [],
    phone_number: request.phone_number ?? null,
    address: request.address ?? null,
    location: request.location ?? null,
  };
}

/** "Check object" (Onfido API reference v3.6). */
export function checkResource(check: Check): Record<string, unknown> {
  return {
    id: check.id,
    created_at: isoSeconds(check.createdAt),
    href: `/v3.6/checks/${check.id}`,
    applicant_id: check.applicantId,
    applicant_provides_data: false,
    status: 'complete',
    result: check.result,
    form_uri: null,
    redirect_uri: null,
    results_uri: `https://dashboard.onfido.com/forensic_checks/${check.id}`,
    report_ids: [check.reportId],
    privacy_notices_read_consent_given: true,
    sandbox: true,
    paused: false,
    tags: [],
    version: '3.6',
  };
}
