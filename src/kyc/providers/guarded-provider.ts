import { Logger } from '@nestjs/common';
import {
  circuitBreaker,
  CircuitState,
  ConsecutiveBreaker,
  handleType,
  isBrokenCircuitError,
} from 'cockatiel';
import type { Metrics } from '../../metrics/metrics.ts';
import { aroundCalls } from './around-calls.ts';
import type { KycProvider } from './kyc-provider.ts';
import { ProviderRestingError, ProviderUnavailableError } from './provider-errors.ts';

const FAILURES_IN_A_ROW = 5;
const REST_MS = 10_000;

export interface GuardedProvider extends KycProvider {
  /** False while the circuit is open, and while a single call tries whether the provider works again. */
  readonly isAcceptingSessions: boolean;
  /**
   * The provider for calls that no user waits for: lookups, reads of silent sessions, erasures. They are not made while
   * the circuit is open. Their failures do not count, so that a backlog of them cannot keep users from starting.
   */
  readonly inBackground: KycProvider;
}

/** Puts a circuit breaker before the provider. Each replica has its own breaker. */
export function guardedProvider(provider: KycProvider, metrics: Metrics): GuardedProvider {
  const circuit = new Circuit(provider.name, metrics);
  const inBackground = aroundCalls(provider, (call, signal) => circuit.runUncounted(() => call(signal)));
  return {
    ...aroundCalls(provider, (call, signal) => circuit.run(() => call(signal))),
    inBackground,
    // Again, because a spread copies only the present value.
    get isTest() {
      return provider.isTest;
    },
    get isAcceptingSessions() {
      return circuit.isAcceptingSessions;
    },
  };
}

/**
 * Opens after 5 failures in a row: calls then fail at once. After 10 s it lets a single call through, and closes if
 * that call succeeds. A refusal by the provider is not a failure, because the provider responded.
 */
class Circuit {
  private readonly logger = new Logger('GuardedProvider');
  private readonly breaker = circuitBreaker(handleType(ProviderUnavailableError), {
    halfOpenAfter: REST_MS,
    breaker: new ConsecutiveBreaker(FAILURES_IN_A_ROW),
  });
  private restsUntil = 0;

  constructor(
    private readonly provider: string,
    private readonly metrics: Metrics,
  ) {
    metrics.circuit(provider, 'closed');
    this.breaker.onBreak(() => this.onOpened());
    this.breaker.onReset(() => this.onClosed());
  }

  get isAcceptingSessions(): boolean {
    const { state } = this.breaker;
    if (state === CircuitState.Open) return performance.now() >= this.restsUntil;
    return state === CircuitState.Closed;
  }

  async run<T>(call: () => Promise<T>): Promise<T> {
    try {
      return await this.breaker.execute(call);
    } catch (error) {
      throw isBrokenCircuitError(error) ? this.restingError() : error;
    }
  }

  /** Also lets the call through once the rest is over, because otherwise it would wait until a user starts. */
  async runUncounted<T>(call: () => Promise<T>): Promise<T> {
    if (!this.isAcceptingSessions) throw this.restingError();
    return call();
  }

  private restingError(): ProviderRestingError {
    const retryAfterSeconds = Math.max(1, Math.ceil((this.restsUntil - performance.now()) / 1_000));
    return new ProviderRestingError(this.provider, 'not called after too many failures in a row', {
      retryAfterSeconds,
    });
  }

  private onOpened(): void {
    this.restsUntil = performance.now() + REST_MS;
    this.metrics.circuit(this.provider, 'open');
    this.logger.warn({ event: 'provider.circuit_opened', provider: this.provider });
  }

  private onClosed(): void {
    this.metrics.circuit(this.provider, 'closed');
    this.logger.log({ event: 'provider.circuit_closed', provider: this.provider });
  }
}
