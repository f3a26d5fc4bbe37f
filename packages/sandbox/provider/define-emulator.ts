import type { FastifyInstance } from 'fastify';
import type { Decision, EmulatedProvider } from './contract.ts';
import type { EmulatorDefinition } from './definition.ts';
import { ERASED_MESSAGE, SessionNotFoundError, UnsupportedDecisionError } from './emulator.ts';
import type {
  Answer,
  AttemptCount,
  HostedFlow,
  OtherEnvironment,
  ProviderEmulator,
  ProviderHandle,
  Signing,
  Site,
  WebhookMessage,
} from './emulator.ts';
import { type ApiProblems, type Call, callOf, type Endpoints, registerEndpoints } from './endpoints.ts';
import type { ProviderFacts } from './facts.ts';
import type { ApiProblem } from './problem.ts';
import type { SecretList } from './secrets.ts';

/** The parts of an emulator that are the same for every account. */
export interface EmulatorSpec<Name extends string, Session, Controls extends object> {
  readonly name: Name;
  readonly facts: ProviderFacts;
  readonly hosted: HostedFlow;
  readonly problems: ApiProblems & { readonly rateLimited: ApiProblem };
  /** The headers of a rate-limited response; default none. */
  readonly rateLimitHeaders?: Readonly<Record<string, string>>;
  /** How long the provider waits for the response to a webhook. */
  readonly webhookTimeoutMs: number;
  /** Whether the provider takes a webhook with this response as delivered. */
  acceptsStatus(status: number): boolean;
  open(desk: Desk<Session>): Account<Session, Controls>;
  readonly controlsHelp?: string;
  registerControls?(app: FastifyInstance, provider: EmulatedProvider & Controls): void;
}

/** The sandbox side of an account. */
export interface Desk<Session> {
  readonly site: Site;
  /** The sessions by id, oldest first. */
  readonly sessions: Map<string, Session>;
  /** The address of the hosted page of a session. */
  pageOf(sessionId: string): string;
  /** Sends a webhook that an API call causes. */
  send(message: WebhookMessage): void;
}

/** One customer's account at the provider: credentials, API and webhooks. */
export interface Account<Session, Controls extends object = object> {
  readonly secrets: SecretList;
  /** The variables of a gateway that uses the account. The address of the API is added. */
  variables(): Record<string, string>;
  readonly otherEnvironment: OtherEnvironment;
  readonly endpoints: Endpoints;
  /** Runs each call: checks its credentials, calls `work`, and returns the response. */
  around(call: Call, work: () => Answer): Answer;
  /** Called when the sandbox returned a prepared response and did not execute the call. */
  preparedResponseSent?(call: Call, answer: Answer): void;
  describe(session: Session): { reference: string | null; status: string; createdAt: Date };
  /** True if the provider has erased the session and no longer opens or moves it. */
  isGone(session: Session): boolean;
  /** True if no data of the user is left at the provider; default `isGone`. */
  isErased?(session: Session): boolean;
  /** Null if the hosted page opens, otherwise the message for the visitor; default for a session that is gone. */
  refuseVisit?(session: Session, query: Readonly<Record<string, string | undefined>>): string | null;
  /** The address to which the hosted page sends the user at the end, with the parameters that the provider adds. */
  returnUrl(session: Session): string | null;
  /** The type of the webhook for a decision, or null for none. Throws if the provider does not know the decision. */
  announces(decision: Decision): string | null;
  /** Moves the session. Returns the webhook, or null if the provider sends none. */
  move(session: Session, decision: Decision, at: Date): WebhookMessage | null;
  sign(body: Buffer, signing: Signing): Record<string, string>;
  attemptHeaders?(count: AttemptCount): Record<string, string>;
  /** The functions for tests that only this provider has. */
  controls?(handle: ProviderHandle): Controls;
}

/** Adds what every emulator needs to an emulator's own parts: sessions, endpoints, errors, hosted page, variables. */
export function defineEmulator<Name extends string, Session extends object, Controls extends object = object>(
  spec: EmulatorSpec<Name, Session, Controls>,
): EmulatorDefinition<Name, Controls> {
  const { name, facts, controlsHelp = '' } = spec;
  return {
    name,
    facts,
    controlsHelp,
    open: (site) => openEmulator(spec, site),
    ...(spec.registerControls !== undefined && { registerControls: spec.registerControls }),
  };
}

function openEmulator<Name extends string, Session extends object, Controls extends object>(
  spec: EmulatorSpec<Name, Session, Controls>,
  site: Site,
): ProviderEmulator<Controls> {
  const { name, facts, problems } = spec;
  const sessions = new Map<string, Session>();
  let send: (message: WebhookMessage) => void = () => undefined;
  const pageOf = (id: string) => `${site.url}/hosted/${name}/${id}`;
  const account = spec.open({ site, sessions, pageOf, send: (message) => send(message) });

  function get(id: string): Session {
    const session = sessions.get(id);
    if (session === undefined) throw new SessionNotFoundError(name, id);
    return session;
  }

  const isErased = (session: Session) => (account.isErased ?? account.isGone).call(account, session);

  return {
    name,
    title: facts.title,
    prefix: facts.apiPath,
    webhookTimeoutMs: spec.webhookTimeoutMs,
    hosted: spec.hosted,
    secrets: account.secrets,
    otherEnvironment: account.otherEnvironment,
    rateLimited: {
      headers: { ...spec.rateLimitHeaders },
      body: JSON.stringify(problems.rateLimited.body),
    },
    variables: () => ({
      ...account.variables(),
      [`${name.toUpperCase()}_API_URL`]: site.url + facts.apiPath,
    }),
    acceptsStatus: (status) => spec.acceptsStatus(status),
    sendsThrough: (through) => (send = through),
    registerApi: (app) =>
      registerEndpoints(app, account.endpoints, problems, (call, work) => account.around(call, work)),
    preparedResponseSent: (request, answer) =>
      account.preparedResponseSent?.(callOf(request, problems), answer),
    sessions: () =>
      [...sessions].map(([id, session]) => {
        const { reference, status, createdAt } = account.describe(session);
        return {
          id,
          reference,
          status,
          url: pageOf(id),
          createdAt: createdAt.toISOString(),
          isErased: isErased(session),
        };
      }),
    refuseVisit(id, query) {
      const session = get(id);
      if (account.isGone(session)) return ERASED_MESSAGE;
      return account.refuseVisit?.(session, query) ?? null;
    },
    returnUrl: (id) => account.returnUrl(get(id)),
    announces: (decision) => account.announces(decision),
    move(id, decision, at) {
      const session = get(id);
      if (account.isGone(session))
        throw new UnsupportedDecisionError(`${facts.title} has erased the session`);
      return account.move(session, decision, at);
    },
    draft: (id, decision, at) => account.move(structuredClone(get(id)), decision, at),
    signatureHeaders: (body, signing) => account.sign(body, signing),
    attemptHeaders: (count) => account.attemptHeaders?.(count) ?? {},
    controls: (handle) => account.controls?.(handle) ?? ({} as Controls),
  };
}
