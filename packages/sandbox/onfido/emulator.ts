import { randomBytes, randomUUID } from 'node:crypto';
import type { Account, Desk } from '../provider/define-emulator.ts';
import { SessionNotFoundError, type WebhookMessage } from '../provider/emulator.ts';
import { createSecrets } from '../provider/secrets.ts';
import type { CheckResult, OnfidoControls } from './controls.ts';
import { listRuns } from './listing.ts';
import { gone, invalid, notFound } from './problem.ts';
import { authenticate, readNewApplicant, readNewRun } from './requests.ts';
import { applicantResource, checkResource, runResource } from './resources.ts';
import { createApplicant, createCheck, createRun, endsRun, moveRun } from './runs.ts';
import type { Applicant, Check, WorkflowRun } from './runs.ts';
import { checkCompleted, onfidoSignature, runCompleted } from './webhooks.ts';

/** A setting of the account. Onfido's support recommends 20 days or more. */
const DELETION_DELAY_MS = 20 * 24 * 60 * 60 * 1000;

/** Onfido at wire level (Onfido API reference v3.6): applicants and their deletion, runs, checks, webhooks. */
export function openOnfido({ sessions, pageOf }: Desk<WorkflowRun>): Account<WorkflowRun, OnfidoControls> {
  const apiToken = newToken('api_sandbox.');
  const workflowId = randomUUID();
  const secrets = createSecrets(newToken);
  const applicants = new Map<string, Applicant>();
  const checks = new Map<string, Check>();
  /** One check per run. A reopened check completes a second time. */
  const checkOfRun = new Map<string, Check>();

  const isErased = (applicantId: string) => (applicants.get(applicantId)?.deleteAt ?? null) !== null;
  const isGone = (run: WorkflowRun) => isErased(run.request.applicant_id);
  const resourceOf = (run: WorkflowRun) => runResource(run, pageOf(run.id));

  /** The specification does not name the error for the data of a deleted applicant. */
  function visible<T>(resources: ReadonlyMap<string, T>, id: string, applicantOf: (found: T) => string): T {
    const found = get(resources, id);
    if (isErased(applicantOf(found))) throw gone();
    return found;
  }

  function completeCheck(runId: string, result: CheckResult, at: Date, movesRun = true): WebhookMessage {
    const run = sessions.get(runId);
    if (run === undefined) throw new SessionNotFoundError('onfido', runId);
    const check = checkOfRun.get(runId) ?? createCheck(run.request.applicant_id, result, at);
    check.result = result;
    checks.set(check.id, check);
    checkOfRun.set(runId, check);
    if (movesRun) moveRun(run, { outcome: result === 'clear' ? 'approve' : 'review' }, at);
    return checkCompleted(check, runId, at);
  }

  return {
    secrets,
    variables: () => ({
      ONFIDO_API_TOKEN: apiToken,
      ONFIDO_WORKFLOW_ID: workflowId,
      ONFIDO_WEBHOOK_TOKENS: secrets.newestFirst().join(','),
    }),
    otherEnvironment: { secret: newToken(), headers: {} },
    around(call, work) {
      authenticate(call.headers, apiToken);
      return work();
    },
    endpoints: {
      'POST /applicants': (call) => {
        const applicant = createApplicant(readNewApplicant(call.json()));
        applicants.set(applicant.id, applicant);
        return { status: 201, body: applicantResource(applicant) };
      },
      'GET /applicants/:id': ({ id }) => ({ status: 200, body: applicantResource(get(applicants, id)) }),
      // Until the deletion, the applicant can be restored and is still returned, with the time of the deletion.
      'DELETE /applicants/:id': ({ id }) => {
        get(applicants, id).deleteAt ??= new Date(Date.now() + DELETION_DELAY_MS);
        return { status: 204, body: undefined };
      },
      'POST /workflow_runs': (call) => {
        const wanted = readNewRun(call.json());
        if (wanted.workflow_id !== workflowId) throw invalid({ workflow_id: ['does not exist'] });
        visible(applicants, wanted.applicant_id, ({ id }) => id);
        const run = createRun(wanted);
        sessions.set(run.id, run);
        return { status: 201, body: resourceOf(run) };
      },
      'GET /workflow_runs': ({ query }) => {
        const runs = [...sessions.values()].filter((run) => !isGone(run));
        return { status: 200, body: listRuns(runs, query).map(resourceOf) };
      },
      'GET /workflow_runs/:id': ({ id }) => ({
        status: 200,
        body: resourceOf(visible(sessions, id, ({ request }) => request.applicant_id)),
      }),
      'GET /checks/:id': ({ id }) => ({
        status: 200,
        body: checkResource(visible(checks, id, ({ applicantId }) => applicantId)),
      }),
    },
    describe: ({ request, status, createdAt }) => ({
      reference: request.customer_user_id ?? null,
      status,
      createdAt,
    }),
    isGone,
    returnUrl({ status, request: { link } }) {
      return (status === 'abandoned' ? link?.expired_redirect_url : link?.completed_redirect_url) ?? null;
    },
    announces: (decision) => (endsRun(decision) ? 'workflow_run.completed' : null),
    move(run, decision, at) {
      moveRun(run, decision, at);
      return endsRun(decision) ? runCompleted(run.id, run.status, resourceOf(run), at) : null;
    },
    sign: onfidoSignature,
    controls: (handle) => ({
      completeCheck: async (runId, result, { moveRun, ...options } = {}) =>
        handle.send(completeCheck(runId, result, options.at ?? new Date(), moveRun), options),
      checkWebhookFor: (runId, result, { moveRun, at = new Date() } = {}) =>
        handle.signed(completeCheck(runId, result, at, moveRun)),
    }),
  };
}

function get<T>(resources: ReadonlyMap<string, T>, id: string): T {
  const resource = resources.get(id);
  if (resource === undefined) throw notFound();
  return resource;
}

function newToken(prefix = ''): string {
  return prefix + randomBytes(24).toString('base64url');
}
