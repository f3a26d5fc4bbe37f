import { Configuration, DefaultApi, ListWorkflowRunsSortEnum, Region } from '@onfido/api';
import type { ApplicantBuilder, WorkflowRunBuilder } from '@onfido/api';
import type { ZodType } from 'zod';
import { ProviderRefusedError, ProviderUnavailableError } from '../provider-errors.ts';
import { ONFIDO } from './onfido.outcomes.ts';
import {
  ID,
  applicantSchema,
  checkSchema,
  deletedApplicantSchema,
  hostedRunSchema,
  ownedRunSchema,
  runListSchema,
  runSchema,
  taggedRunListSchema,
  timeOf,
  wrongFields,
} from './onfido.schemas.ts';
import type { Check, HostedRun, Run } from './onfido.schemas.ts';

export interface OnfidoApiOptions {
  apiToken: string;
  region: 'eu' | 'us' | 'ca';
  /** With its /v3.6; takes the place of the region's. */
  apiUrl?: string | undefined;
}

interface Answer {
  status: number;
  headers: object;
  data: unknown;
}

const MAX_BYTES = 1024 * 1024;
const REGIONS = { eu: Region.EU, us: Region.US, ca: Region.CA };

/** Onfido's own client with bounds, and with answers that are checked: its types are a promise, not a check. */
export class OnfidoApi {
  readonly #client: DefaultApi;

  constructor(options: OnfidoApiOptions) {
    const configuration = new Configuration({
      apiToken: options.apiToken,
      region: REGIONS[options.region],
      ...(options.apiUrl === undefined ? {} : { basePath: options.apiUrl.replace(/\/+$/, '') }),
      baseOptions: {
        timeout: 10_000,
        maxRedirects: 0,
        maxContentLength: MAX_BYTES,
        maxBodyLength: MAX_BYTES,
        proxy: false,
        // Statuses are judged below: a rejection of axios carries our token and the request along.
        validateStatus: () => true,
      },
    });
    this.#client = new DefaultApi(configuration);
  }

  async createApplicant(applicant: ApplicantBuilder, signal: AbortSignal): Promise<string> {
    const call = 'POST /applicants';
    const answer = await send(call, () => this.#client.createApplicant(applicant, { signal }));
    return read(call, answer, applicantSchema).id;
  }

  async createRun(run: WorkflowRunBuilder, signal: AbortSignal): Promise<HostedRun> {
    const call = 'POST /workflow_runs';
    const answer = await send(call, () => this.#client.createWorkflowRun(run, { signal }));
    return read(call, answer, hostedRunSchema);
  }

  async findRun(id: string, signal: AbortSignal): Promise<Run> {
    const call = 'GET /workflow_runs/{id}';
    return sameId(call, id, read(call, await this.#sendFindRun(call, id, signal), runSchema));
  }

  /** `null` where Onfido knows no such run (any more). */
  async findHostedRun(id: string, signal: AbortSignal): Promise<HostedRun | null> {
    const call = 'GET /workflow_runs/{id}';
    const answer = await this.#sendFindRun(call, id, signal);
    return isGone(answer) ? null : sameId(call, id, read(call, answer, hostedRunSchema));
  }

  /** Whose run it is; `null` where Onfido knows no such run (any more). */
  async findApplicantOf(id: string, signal: AbortSignal): Promise<string | null> {
    const call = 'GET /workflow_runs/{id}';
    const answer = await this.#sendFindRun(call, id, signal);
    return isGone(answer) ? null : sameId(call, id, read(call, answer, ownedRunSchema)).applicant_id;
  }

  /** Requests the deletion of the applicant and everything of it. One that is gone already is as good. */
  async deleteApplicant(applicantId: string, signal: AbortSignal): Promise<void> {
    const call = 'DELETE /applicants/{id}';
    const id = pathId(call, applicantId);
    const answer = await send(call, () => this.#client.deleteApplicant(id, { signal }));
    if (!isGone(answer)) requireSuccess(call, answer);
  }

  /** When an applicant's requested deletion will be carried out, where Onfido still tells. */
  async findDeletionTime(applicantId: string, signal: AbortSignal): Promise<Date | null> {
    const call = 'GET /applicants/{id}';
    const id = pathId(call, applicantId);
    const answer = await send(call, () => this.#client.findApplicant(id, { signal }));
    if (isGone(answer)) return null;
    return timeOf(sameId(call, id, read(call, answer, deletedApplicantSchema)).delete_at);
  }

  async findCheck(id: string, signal: AbortSignal): Promise<Check> {
    const call = 'GET /checks/{id}';
    const checkId = pathId(call, id);
    const answer = await send(call, () => this.#client.findCheck(checkId, { signal }));
    return sameId(call, id, read(call, answer, checkSchema));
  }

  async findNewestRun(applicantId: string, signal: AbortSignal): Promise<Run | null> {
    // Looked at once more: a filter that was overlooked must not hand one person's verdict to another.
    const runs = await this.#listRuns({ applicantId }, runListSchema, signal);
    return runs.find((run) => run.applicant_id === applicantId) ?? null;
  }

  /** The user's newest run with this tag, as it is listed, or read by its id where the list shows no way into it. */
  async findTaggedRun(tag: string, userId: string, signal: AbortSignal): Promise<HostedRun | null> {
    // Looked at once more, for the same reason: here it is one person's session that another would get.
    const runs = await this.#listRuns({ tags: [tag] }, taggedRunListSchema, signal);
    const found = runs.find((run) => run.customer_user_id === userId && run.tags?.includes(tag) === true);
    if (found === undefined) return null;
    return found.link?.url || found.sdk_token ? found : this.findHostedRun(found.id, signal);
  }

  /** Newest first. */
  async #listRuns<T>(
    { applicantId, tags }: { applicantId?: string; tags?: string[] },
    schema: ZodType<T>,
    signal: AbortSignal,
  ): Promise<T> {
    const call = 'GET /workflow_runs';
    const { Desc } = ListWorkflowRunsSortEnum;
    const list = this.#client.listWorkflowRuns.bind(this.#client, undefined, undefined, undefined, undefined);
    return read(call, await send(call, () => list(Desc, applicantId, tags, { signal })), schema);
  }

  async #sendFindRun(call: string, id: string, signal: AbortSignal): Promise<Answer> {
    const runId = pathId(call, id);
    return send(call, () => this.#client.findWorkflowRun(runId, { signal }));
  }
}

async function send(call: string, request: () => Promise<Answer>): Promise<Answer> {
  try {
    return await request();
  } catch (error) {
    // Its code and nothing else: the error itself holds the token, the request and the answer.
    const cause = new Error(codeOf(error));
    throw new ProviderUnavailableError(ONFIDO, `${call}: no complete answer`, { cause, isUnanswered: true });
  }
}

function read<T>(call: string, answer: Answer, schema: ZodType<T>): T {
  requireSuccess(call, answer);
  const parsed = schema.safeParse(answer.data);
  if (parsed.success) return parsed.data;
  const fields = wrongFields(parsed.error);
  throw new ProviderUnavailableError(ONFIDO, `${call}: not the documented shape: ${fields}`);
}

function requireSuccess(call: string, { status, headers }: Answer): void {
  const isRefusal = status >= 400 && status < 500 && status !== 408 && status !== 429;
  if (isRefusal) throw new ProviderRefusedError(ONFIDO, `${call}: answered ${status}`, { status });
  if (status >= 200 && status < 300) return;
  const options = { status, ...retryHint(headers) };
  throw new ProviderUnavailableError(ONFIDO, `${call}: answered ${status}`, options);
}

/** Never there, or its applicant was deleted. */
function isGone({ status }: Answer): boolean {
  return status === 404 || status === 410;
}

function retryHint(headers: object): { retryAfterSeconds: number } | undefined {
  const hint = Number('retry-after' in headers ? headers['retry-after'] : undefined);
  return Number.isInteger(hint) && hint > 0 && hint <= 3_600 ? { retryAfterSeconds: hint } : undefined;
}

function sameId<T extends { id: string }>(call: string, id: string, found: T): T {
  if (found.id === id) return found;
  throw new ProviderUnavailableError(ONFIDO, `${call}: answered with something else's id`);
}

function pathId(call: string, id: string): string {
  if (ID.test(id)) return id;
  throw new ProviderRefusedError(ONFIDO, `${call}: what should go into the path is no id`);
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z0-9_]{1,64}$/.test(code) ? code : 'unknown';
}
