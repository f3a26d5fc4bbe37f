import type { GuardedProvider } from '../providers/guarded-provider.ts';
import type { KycProvider } from '../providers/kyc-provider.ts';

/** Long enough for a slow provider, and shorter than the lease of an attempt. */
const CALL_MS = 12_000;
/** A call with less time could time out although the provider works. */
const SHORTEST_CALL_MS = 4_000;

/**
 * The time that one use case may spend on all its calls to providers. Without an argument it is for a job: only each call
 * is limited.
 */
export class CallTime {
  private readonly endsAt: number;

  /** @param isBackground failures do not open the circuit, because no start depends on the calls */
  constructor(
    totalMs = Number.POSITIVE_INFINITY,
    private readonly isBackground = totalMs === Number.POSITIVE_INFINITY,
  ) {
    this.endsAt = performance.now() + totalMs;
  }

  /** Whether the rest of the time is enough for one more call. */
  get isEnough(): boolean {
    return this.restMs >= SHORTEST_CALL_MS;
  }

  forUseCase(provider: GuardedProvider): KycProvider {
    return this.isBackground ? provider.inBackground : provider;
  }

  /** Returns the signal that ends the next call in time. */
  signal(): AbortSignal {
    return AbortSignal.timeout(Math.max(1, Math.min(CALL_MS, Math.floor(this.restMs))));
  }

  private get restMs(): number {
    return this.endsAt - performance.now();
  }
}
