import { randomUUID } from 'node:crypto';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { ProviderName } from '../../packages/sandbox/sandbox.ts';
import { realNow } from './model-clock.ts';
import type { ModelSystem } from './system.ts';

export interface ModelUser {
  id: string;
  email: string;
  token: string;
  isDeleted: boolean;
  /** How many sessions the providers may have been asked for without an answer. */
  unansweredCreates: number;
  erasures: Erasure[];
}

/** An erasure that the gateway has accepted. */
export interface Erasure {
  /** The number of the step. */
  step: number;
  /** The provider sessions of the user that existed then. */
  sessions: ModelSession[];
}

/** A session at a provider, as the provider knows it. */
export interface ModelSession {
  id: string;
  provider: ProviderName;
  user: ModelUser;
  /** The number of the step that created it. */
  step: number;
  /** A start has created it, and not the recovery of a start that failed. */
  isOfStart: boolean;
  /** The gateway has stored its id at some time, for this attempt. */
  isAnswered: boolean;
  attemptId: string | null;
  /** It is so old that its provider no longer repeats the answer to the call that created it. */
  isUnrecoverable: boolean;
  moves: Move[];
}

/** A change of a session at its provider. */
export interface Move {
  /** In the words of the ledger. */
  outcome: string;
  /** The provider's time. Null if the provider names none. */
  at: Date | null;
  madeAt: Date;
  /** Null until its webhook was accepted. */
  receivedAt: Date | null;
}

/** A signed webhook that the model delivers when a step says so. */
export interface Webhook {
  provider: ProviderName;
  body: Buffer | string;
  move: Move | null;
}

export interface Answer {
  /** 0 if the connection broke. */
  status: number;
  body: Record<string, unknown>;
  ms: number;
}

/** The users and sessions of one history, and all events outside the gateway. */
export class World {
  readonly users: ModelUser[] = [];
  readonly sessions: ModelSession[] = [];
  readonly held: Webhook[] = [];
  readonly delivered: Webhook[] = [];
  readonly down = new Set<ProviderName>();
  isMailServerDown = false;
  /** While a replica is being killed, all calls go to it. */
  dying: string | undefined;
  /** The user who started last. */
  starter: ModelUser | undefined;
  /** The number of the running step. */
  step = 0;
  /** Every answer of the gateway in the running step. */
  answers: { what: string; answer: Answer }[] = [];
  readonly system: ModelSystem;
  /** Deliveries that the sandbox has recorded before this history, by provider. */
  readonly #seenDeliveries = new Map<ProviderName, number>();
  readonly #seenSessions = new Map<ProviderName, number>();

  constructor(system: ModelSystem) {
    this.system = system;
    for (const name of PROVIDER_NAMES) {
      this.#seenDeliveries.set(name, system.sandbox[name].deliveries().length);
      this.#seenSessions.set(name, system.sandbox[name].sessions().length);
    }
  }

  async user(index: number): Promise<ModelUser> {
    for (let next = this.users.length; next <= index; next += 1) {
      const id = randomUUID();
      const email = `user${next}-${id.slice(0, 8)}@users.example.com`;
      await this.system.database.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, email]);
      const token = await this.system.sandbox.issuer.tokenFor(
        { sub: id },
        { expiresInSeconds: 10 * 365 * 24 * 3600 },
      );
      this.users.push({ id, email, token, isDeleted: false, unansweredCreates: 0, erasures: [] });
    }
    return this.users[index] as ModelUser;
  }

  sessionsOf(user: ModelUser): ModelSession[] {
    return this.sessions.filter((session) => session.user === user);
  }

  now(): Date {
    return this.system.clock.now();
  }

  /** Calls the gateway and keeps the answer for the invariants. */
  async call(what: string, path: string, init: RequestInit, at = this.#replica()): Promise<Answer> {
    const begin = realNow();
    const { status, text } = await fetch((this.dying ?? this.system.replicas[at].url) + path, init).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      () => ({ status: 0, text: '' }),
    );
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : { text };
    const answer = { status, body, ms: realNow() - begin };
    this.answers.push({ what, answer });
    return answer;
  }

  async deliver(webhook: Webhook, copies = 1): Promise<void> {
    const { provider, body, move } = webhook;
    const headers = this.system.sandbox[provider].sign(body);
    const post = (at: ProviderName) =>
      this.call(
        'webhook',
        '/api/webhooks/kyc-status',
        { method: 'POST', headers, body: body as BodyInit },
        at,
      );
    // Copies of one event arrive at different replicas at the same time.
    const first = this.#replica();
    const replicas = [first, ...PROVIDER_NAMES.filter((name) => name !== first)];
    const answers = await Promise.all(replicas.slice(0, copies).map(post));
    // The provider sends an event again until a replica accepts it.
    const isAccepted = answers.some(({ status }) => status === 200);
    if (!isAccepted && this.dying !== undefined) this.held.push(webhook);
    if (move !== null && isAccepted) move.receivedAt ??= this.now();
    this.delivered.push(webhook);
  }

  /** The steps go to the replicas in turn. */
  #replica(): ProviderName {
    return PROVIDER_NAMES[this.step % PROVIDER_NAMES.length] as ProviderName;
  }

  /** Adds the sessions that a provider has created since the last call. */
  discoverSessions(isOfStart = true, isAlone = true): ModelSession[] {
    const found: ModelSession[] = [];
    for (const provider of PROVIDER_NAMES) {
      const all = this.system.sandbox[provider].sessions();
      const seen = this.#seenSessions.get(provider) ?? 0;
      // Persona lists the oldest first here, as the others do.
      for (const { id, reference } of all.slice(seen)) {
        const user = this.users.find((each) => each.id === reference) ?? this.#userWithoutReference(isAlone);
        if (user === undefined) throw new Error(`${provider} has a session of an unknown user`);
        found.push({
          id,
          provider,
          user,
          step: this.step,
          isOfStart,
          isAnswered: false,
          attemptId: null,
          isUnrecoverable: false,
          moves: [],
        });
      }
      this.#seenSessions.set(provider, all.length);
    }
    this.sessions.push(...found);
    return found;
  }

  /**
   * An erasure has removed the reference already. It has found the session of an earlier start, unless another step ran at
   * the same time.
   */
  #userWithoutReference(isAlone: boolean): ModelUser | undefined {
    const erased = this.users.filter(({ erasures }) => erasures.length > 0);
    const [lost] = erased.toSorted((a, b) => b.unansweredCreates - a.unansweredCreates);
    return isAlone ? (lost ?? this.starter) : this.starter;
  }

  /** The webhooks that a provider has sent by itself since the last call, for example about a redaction. */
  collectOwnWebhooks(): Webhook[] {
    return PROVIDER_NAMES.flatMap((provider) => {
      const all = this.system.sandbox[provider].deliveries();
      const fresh = all.slice(this.#seenDeliveries.get(provider) ?? 0);
      this.#seenDeliveries.set(provider, all.length);
      return fresh.map(({ body }) => ({ provider, body, move: null }));
    });
  }

  /** Sets the emulators to the state that the steps so far have chosen. */
  restoreProviders(): void {
    for (const name of PROVIDER_NAMES) {
      this.system.sandbox[name].setMode(this.down.has(name) ? 'down' : 'normal');
    }
  }
}
