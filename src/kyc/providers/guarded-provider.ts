import { Logger } from '@nestjs/common';
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleType,
  isBrokenCircuitError,
} from 'cockatiel';
import type { Metrics } from '../../metrics/metrics.ts';
import type {
  Delivery,
  Erasure,
  HostedSession,
  KycEvent,
  KycProvider,
  OpenSession,
  ReceivedEvent,
  SessionRequest,
} from './kyc-provider.ts';
import { ProviderRestingError, ProviderUnavailableError } from './provider-errors.ts';

const FAILURES_IN_A_ROW = 5;
const REST_MS = 10_000;

/**
 * A provider behind a circuit breaker. After so many failures in a row nobody waits for it any more: calls fail at
 * once, until after a rest one call is let through to try; if that succeeds, all are. A refusal is an answer, and no
 * failure. Each replica has a breaker of its own. Deliveries are no calls and always come
 * through; erasures are calls, and do as well.
 */
export class GuardedProvider implements KycProvider {
  private readonly logger = new Logger(GuardedProvider.name);
  private readonly breaker = circuitBreaker(handleType(ProviderUnavailableError), {
    halfOpenAfter: REST_MS,
    breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
  });
  private restsUntil = 0;

  constructor(
    private readonly provider: KycProvider,
    private readonly metrics: Metrics,
  ) {
    metrics.circuit(provider.name, 'closed');
    this.breaker.onBreak(() => this.opened());
    this.breaker.onReset(() => this.closed());
  }

  get name(): string {
    return this.provider.name;
  }

  /** Whether a new session may be opened here: not while it rests, and not while somebody else is trying it. */
  get isAcceptingSessions(): boolean {
    const { state } = this.breaker;
    if (state === CircuitState.Open) return performance.now() >= this.restsUntil;
    return state === CircuitState.Closed;
  }

  createSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    return this.guarded(() => this.provider.createSession(request, signal));
  }

  recoverSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession | null> {
    return this.guarded(() => this.provider.recoverSession(request, signal));
  }

  resumeSession(session: OpenSession, signal: AbortSignal): Promise<HostedSession> {
    return this.guarded(() => this.provider.resumeSession(session, signal));
  }

  readDecision(sessionId: string, signal: AbortSignal): Promise<KycEvent | null> {
    return this.guarded(() => this.provider.readDecision(sessionId, signal));
  }

  readLookup(lookup: string, signal: AbortSignal): Promise<KycEvent | null> {
    return this.guarded(() => this.provider.readLookup(lookup, signal));
  }

  /**
   * Past the breaker. Erasing has limits of its own (Veriff grants 10 a day), and running into them says nothing of
   * whether sessions can be opened; and nobody waits for it but a job that comes back.
   */
  eraseSession(sessionId: string, signal: AbortSignal): Promise<Erasure> {
    return this.provider.eraseSession(sessionId, signal);
  }

  receive(delivery: Delivery): ReceivedEvent {
    return this.provider.receive(delivery);
  }

  private async guarded<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.breaker.execute(call);
    } catch (error) {
      if (!isBrokenCircuitError(error)) throw error;
      const retryAfterSeconds = Math.max(1, Math.ceil((this.restsUntil - performance.now()) / 1_000));
      throw new ProviderRestingError(this.name, 'not called: it has failed too often in a row', {
        retryAfterSeconds,
      });
    }
  }

  private opened(): void {
    this.restsUntil = performance.now() + REST_MS;
    this.metrics.circuit(this.name, 'open');
    this.logger.warn({ event: 'provider.circuit_opened', provider: this.name });
  }

  private closed(): void {
    this.metrics.circuit(this.name, 'closed');
    this.logger.log({ event: 'provider.circuit_closed', provider: this.name });
  }
}
