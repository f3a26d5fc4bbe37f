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
}

/**
 * Puts a circuit breaker before the provider. Each replica has its own breaker. Erasures bypass the breaker for two
 * reasons. First, their limits are separate (Veriff allows 10 per day) and do not show whether the provider creates
 * sessions. Second, no user waits for an erasure, because a job retries it.
 */
export function guardedProvider(provider: KycProvider, metrics: Metrics): GuardedProvider {
  const circuit = new Circuit(provider.name, metrics);
  const guarded = aroundCalls(provider, (call, signal, name) =>
    name === 'erase' ? call(signal) : circuit.run(() => call(signal)),
  );
  return {
    ...guarded,
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
      if (!isBrokenCircuitError(error)) throw error;
      const retryAfterSeconds = Math.max(1, Math.ceil((this.restsUntil - performance.now()) / 1_000));
      throw new ProviderRestingError(this.provider, 'not called after too many failures in a row', {
        retryAfterSeconds,
      });
    }
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
