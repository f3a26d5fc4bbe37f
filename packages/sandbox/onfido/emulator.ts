import { randomBytes } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { CheckResult, Decision } from '../contract.ts';
import { bodyOf } from '../provider/api-surface.ts';
import { ERASED_MESSAGE, UnsupportedDecisionError, SessionNotFoundError } from '../provider/emulator.ts';
import type { ProviderEmulator, Site, WebhookMessage } from '../provider/emulator.ts';
import type { SecretList } from '../provider/secrets.ts';
import { PROVIDERS } from '../providers.ts';
import { ONFIDO_FLOW } from './hosted.ts';
import { listRuns } from './listing.ts';
import { OnfidoProblem, RATE_LIMITED, gone, invalid, notFound } from './problem.ts';
import { authenticate, readNewApplicant, readNewRun } from './requests.ts';
import { applicantResource, checkResource, linkUrl, runResource } from './resources.ts';
import { createApplicant, createCheck, createRun, endsRun, moveRun } from './runs.ts';
import type { Applicant, Check, WorkflowRun } from './runs.ts';
import { checkCompleted, onfidoSignature, runCompleted } from './webhooks.ts';

export interface OnfidoAccount {
  apiToken: string;
  workflowId: string;
  secrets: SecretList;
}

export interface OnfidoEmulator extends ProviderEmulator {
  completeCheck(runId: string, result: CheckResult, at: Date, movesRun: boolean): WebhookMessage;
}

/** A setting of the account. Onfido's support recommends 20 days or more. */
const DELETION_DELAY_MS = 20 * 24 * 60 * 60 * 1000;

type ById = { Params: { id: string } };

/** Onfido at wire level (Onfido API reference v3.6): applicants and their deletion, runs, checks, webhooks. */
export function createOnfidoEmulator(site: Site, account: OnfidoAccount): OnfidoEmulator {
  const applicants = new Map<string, Applicant>();
  const runs = new Map<string, WorkflowRun>();
  const checks = new Map<string, Check>();
  /** One check per run. A reopened check completes a second time. */
  const checkOfRun = new Map<string, Check>();

  function get(id: string): WorkflowRun {
    const run = runs.get(id);
    if (run === undefined) throw new SessionNotFoundError('onfido', id);
    return run;
  }

  function isErased(applicantId: string): boolean {
    return (applicants.get(applicantId)?.deleteAt ?? null) !== null;
  }

  /** The specification does not name the error for the data of a deleted applicant. */
  function foundRun(id: string): WorkflowRun {
    const run = found(runs, id);
    if (isErased(run.request.applicant_id)) throw gone();
    return run;
  }

  function move(run: WorkflowRun, decision: Decision, at: Date): WebhookMessage | null {
    moveRun(run, decision, at);
    return endsRun(decision) ? runCompleted(site, run, at) : null;
  }

  function registerApi(app: FastifyInstance): void {
    app.addHook('preHandler', async (request) => authenticate(request.headers, account.apiToken));
    app.setErrorHandler((error, _request, reply) => {
      const problem =
        error instanceof OnfidoProblem
          ? error
          : new OnfidoProblem(400, 'bad_request', 'The request cannot be read');
      return reply.code(problem.status).send(problem.body);
    });
    app.setNotFoundHandler((_request, reply) => reply.code(404).send(notFound().body));

    app.post('/applicants', (request, reply) => {
      const applicant = createApplicant(readNewApplicant(bodyOf(request)));
      applicants.set(applicant.id, applicant);
      return reply.code(201).send(applicantResource(applicant));
    });
    app.get<ById>('/applicants/:id', (request) => applicantResource(found(applicants, request.params.id)));

    // Until the deletion, the applicant can be restored and is still returned, with the time of the deletion.
    app.delete<ById>('/applicants/:id', (request, reply) => {
      const applicant = found(applicants, request.params.id);
      applicant.deleteAt ??= new Date(Date.now() + DELETION_DELAY_MS);
      return reply.code(204).send();
    });

    app.post('/workflow_runs', (request, reply) => {
      const wanted = readNewRun(bodyOf(request));
      if (wanted.workflow_id !== account.workflowId) throw invalid({ workflow_id: ['does not exist'] });
      found(applicants, wanted.applicant_id);
      if (isErased(wanted.applicant_id)) throw gone();
      const run = createRun(wanted);
      runs.set(run.id, run);
      return reply.code(201).send(runResource(site, run));
    });
    app.get('/workflow_runs', (request) => {
      const query = request.query as Record<string, string | undefined>;
      const visible = [...runs.values()].filter((run) => !isErased(run.request.applicant_id));
      return listRuns(visible, query).map((run) => runResource(site, run));
    });
    app.get<ById>('/workflow_runs/:id', (request) => runResource(site, foundRun(request.params.id)));
    app.get<ById>('/checks/:id', (request) => {
      const check = found(checks, request.params.id);
      if (isErased(check.applicantId)) throw gone();
      return checkResource(check);
    });
  }

  return {
    name: 'onfido',
    title: PROVIDERS.onfido.title,
    prefix: PROVIDERS.onfido.apiPath,
    webhookTimeoutMs: 10_000,
    hosted: ONFIDO_FLOW,
    secrets: account.secrets,
    otherEnvironment: { secret: newOnfidoToken(), headers: {} },
    rateLimited: { headers: {}, body: JSON.stringify(RATE_LIMITED.body) },
    acceptsStatus: (status) => status >= 200 && status <= 209,
    registerApi,
    sessions: () =>
      [...runs.values()].map((run) => ({
        id: run.id,
        reference: run.request.customer_user_id ?? null,
        status: run.status,
        url: linkUrl(site, run),
        createdAt: run.createdAt.toISOString(),
        isErased: isErased(run.request.applicant_id),
      })),
    refuseVisit: (id) => (isErased(get(id).request.applicant_id) ? ERASED_MESSAGE : null),
    returnUrl: (id) => {
      const { status, request } = get(id);
      const link = request.link ?? null;
      return (status === 'abandoned' ? link?.expired_redirect_url : link?.completed_redirect_url) ?? null;
    },
    announces: (decision) => (endsRun(decision) ? 'workflow_run.completed' : null),
    move(id, decision, at) {
      const run = get(id);
      if (isErased(run.request.applicant_id)) throw new UnsupportedDecisionError('The applicant was deleted');
      return move(run, decision, at);
    },
    draft: (id, decision, at) => move({ ...get(id) }, decision, at),
    signatureHeaders: onfidoSignature,
    completeCheck(runId, result, at, movesRun) {
      const run = get(runId);
      const check = checkOfRun.get(runId) ?? createCheck(run.request.applicant_id, result, at);
      check.result = result;
      checks.set(check.id, check);
      checkOfRun.set(runId, check);
      if (movesRun) moveRun(run, { outcome: result === 'clear' ? 'approve' : 'review' }, at);
      return checkCompleted(check, runId, at);
    },
  };
}

function found<T>(resources: Map<string, T>, id: string): T {
  const resource = resources.get(id);
  if (resource === undefined) throw notFound();
  return resource;
}

export const newOnfidoToken = (prefix = ''): string => prefix + randomBytes(24).toString('base64url');
