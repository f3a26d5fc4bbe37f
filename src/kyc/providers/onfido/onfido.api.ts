import {
  type ApplicantBuilder,
  Configuration,
  DefaultApi,
  FileTransfer,
  ListWorkflowRunsSortEnum,
  Region,
  type WorkflowRunBuilder,
} from '@onfido/api';
import type { Dispatcher } from 'undici';
import type { z } from 'zod';
import { parseResponse, requireSameId } from '../shared/parsing.ts';
import { pathId } from '../shared/path-id.ts';
import {
  dateOf,
  foreignNotFound,
  isNotFound,
  isSuccess,
  noResponse,
  type OutboundRequest,
  send as sendRequest,
  statusError,
} from '../shared/provider-http.ts';
import { ONFIDO } from './onfido.mapping.ts';
import {
  applicantSchema,
  type Check,
  checkSchema,
  deletedApplicantSchema,
  type HostedRun,
  hostedRunSchema,
  ownedRunSchema,
  type Run,
  runListSchema,
  runSchema,
  taggedRunListSchema,
  timeOf,
} from './onfido.schemas.ts';

export interface OnfidoApiOptions {
  dispatcher: Dispatcher;
  apiKey: string;
  region: 'eu' | 'us' | 'ca';
  /** Includes `/v3.6`. Replaces the URL of the region. */
  apiUrl?: string | undefined;
}

interface Response {
  status: number;
  headers: object;
  data: unknown;
}

/** A request as Onfido's client passes it to an adapter of axios. */
interface ClientRequest {
  url: string;
  method: string;
  headers: { toJSON(asStrings: true): Record<string, string> };
  data?: string;
  signal: AbortSignal;
}

interface RunFilter {
  applicantId?: string;
  tags?: string[];
}

const READ_RUN = 'GET /workflow_runs/{id}';
const LIST_RUNS = 'GET /workflow_runs';
const NO_RUN = 'kyc-gateway:access';
const REGIONS = { eu: Region.EU, us: Region.US, ca: Region.CA };

/** Onfido's own client, which sends its requests with undici. Its types do not check responses, so the zod schemas do. */
export class OnfidoApi {
  readonly #client: DefaultApi;

  constructor(options: OnfidoApiOptions) {
    const configuration = new Configuration({
      apiToken: options.apiKey,
      region: REGIONS[options.region],
      ...(options.apiUrl === undefined ? {} : { basePath: options.apiUrl.replace(/\/+$/, '') }),
      baseOptions: {
        // Replaces the HTTP client of axios, so that the limits and the proxy are the same for all providers.
        adapter: (request: ClientRequest) => carry(request, options.dispatcher),
        // This class checks the statuses itself, because an error of axios contains the token and the request.
        validateStatus: () => true,
      },
    });
    this.#client = new DefaultApi(configuration);
  }

  async createApplicant(applicant: ApplicantBuilder, signal: AbortSignal): Promise<string> {
    const call = 'POST /applicants';
    const response = await send(call, () => this.#client.createApplicant(applicant, { signal }));
    return parse(call, response, applicantSchema).id;
  }

  async createRun(run: WorkflowRunBuilder, signal: AbortSignal): Promise<HostedRun> {
    const call = 'POST /workflow_runs';
    const response = await send(call, () => this.#client.createWorkflowRun(run, { signal }));
    return parse(call, response, hostedRunSchema);
  }

  async readRun(id: string, signal: AbortSignal): Promise<Run> {
    const response = await this.#sendReadRun(id, signal);
    return onlyAbout(id, READ_RUN, parse(READ_RUN, response, runSchema));
  }

  async findRunWithLink(id: string, signal: AbortSignal): Promise<HostedRun | null> {
    const response = await this.#sendReadRun(id, signal);
    return isGone(response) ? null : onlyAbout(id, READ_RUN, parse(READ_RUN, response, hostedRunSchema));
  }

  async findApplicantOf(id: string, signal: AbortSignal): Promise<string | null> {
    const response = await this.#sendReadRun(id, signal);
    if (isGone(response)) return null;
    return onlyAbout(id, READ_RUN, parse(READ_RUN, response, ownedRunSchema)).applicant_id;
  }

  async readCheck(id: string, signal: AbortSignal): Promise<Check> {
    const call = 'GET /checks/{id}';
    const checkId = pathId(ONFIDO, id);
    const response = await send(call, () => this.#client.findCheck(checkId, { signal }));
    return onlyAbout(id, call, parse(call, response, checkSchema));
  }

  async findNewestRun(applicantId: string, signal: AbortSignal): Promise<Run | null> {
    // Checks the applicant again: if Onfido ignored the filter, the list would contain the verdict of another user.
    const runs = await this.#listRuns({ applicantId }, runListSchema, signal);
    return runs.find((run) => run.applicant_id === applicantId) ?? null;
  }

  /** If the list contains no link, this reads the run by its id. */
  async findTaggedRun(tag: string, userId: string, signal: AbortSignal): Promise<HostedRun | null> {
    // Checks tag and user again: if Onfido ignored the filter, the list would contain the session of another user.
    const runs = await this.#listRuns({ tags: [tag] }, taggedRunListSchema, signal);
    const found = runs.find((run) => run.customer_user_id === userId && run.tags?.includes(tag) === true);
    if (found === undefined) return null;
    return found.link?.url || found.sdk_token ? found : this.findRunWithLink(found.id, signal);
  }

  /** Lists the runs with a tag that no run has. */
  async checkAccess(signal: AbortSignal): Promise<Date | null> {
    const response = await this.#sendListRuns({ tags: [NO_RUN] }, signal);
    parse(LIST_RUNS, response, runListSchema);
    return dateOf(response.headers);
  }

  /** Deletes the applicant with all its data. Succeeds if Onfido no longer has the applicant. */
  async deleteApplicant(applicantId: string, signal: AbortSignal): Promise<void> {
    const call = 'DELETE /applicants/{id}';
    const id = pathId(ONFIDO, applicantId);
    const response = await send(call, () => this.#client.deleteApplicant(id, { signal }));
    if (!isGone(response)) requireSuccess(call, response);
  }

  async findDeletionTime(applicantId: string, signal: AbortSignal): Promise<Date | null> {
    const call = 'GET /applicants/{id}';
    const id = pathId(ONFIDO, applicantId);
    const response = await send(call, () => this.#client.findApplicant(id, { signal }));
    if (isGone(response)) return null;
    return timeOf(onlyAbout(id, call, parse(call, response, deletedApplicantSchema)).delete_at);
  }

  async #listRuns<Schema extends z.ZodType>(
    filter: RunFilter,
    schema: Schema,
    signal: AbortSignal,
  ): Promise<z.output<Schema>> {
    return parse(LIST_RUNS, await this.#sendListRuns(filter, signal), schema);
  }

  async #sendListRuns({ applicantId, tags }: RunFilter, signal: AbortSignal): Promise<Response> {
    const { Desc } = ListWorkflowRunsSortEnum;
    const list = this.#client.listWorkflowRuns.bind(this.#client, undefined, undefined, undefined, undefined);
    return send(LIST_RUNS, () => list(Desc, applicantId, tags, { signal }));
  }

  async #sendReadRun(id: string, signal: AbortSignal): Promise<Response> {
    const runId = pathId(ONFIDO, id);
    return send(READ_RUN, () => this.#client.findWorkflowRun(runId, { signal }));
  }
}

async function carry(request: ClientRequest, dispatcher: Dispatcher): Promise<object> {
  const { url, data, signal } = request;
  const { status, headers, text } = await sendRequest({
    dispatcher,
    url,
    method: request.method.toUpperCase() as OutboundRequest['method'],
    headers: request.headers.toJSON(true),
    ...(data === undefined ? {} : { body: data }),
    signal,
  });
  return { status, statusText: '', headers, data: text, config: request };
}

async function send(call: string, request: () => Promise<Response>): Promise<Response> {
  let response: Response;
  try {
    response = await request();
  } catch (cause) {
    throw noResponse(ONFIDO, call, cause);
  }
  const { status, data } = response;
  const isJson = typeof data === 'object' && data !== null && !(data instanceof FileTransfer);
  if (isNotFound(status) && !isJson) throw foreignNotFound(ONFIDO, call, status);
  return response;
}

function parse<Schema extends z.ZodType>(call: string, response: Response, schema: Schema): z.output<Schema> {
  requireSuccess(call, response);
  return parseResponse(ONFIDO, call, schema, response.data);
}

function requireSuccess(call: string, { status, headers }: Response): void {
  if (!isSuccess(status)) throw statusError(ONFIDO, call, status, headers);
}

/** Onfido responds 404 if the object does not exist, and 410 if its applicant was deleted. */
function isGone({ status }: Response): boolean {
  return isNotFound(status);
}

function onlyAbout<Found extends { id: string }>(id: string, call: string, found: Found): Found {
  requireSameId(ONFIDO, call, id, found.id);
  return found;
}
