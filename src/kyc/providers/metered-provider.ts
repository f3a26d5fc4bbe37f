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

/** A provider whose calls are timed, whoever makes them. */
export class MeteredProvider implements KycProvider {
  constructor(
    private readonly provider: KycProvider,
    private readonly metrics: Metrics,
  ) {}

  get name(): string {
    return this.provider.name;
  }

  createSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession> {
    return this.timed('create', () => this.provider.createSession(request, signal));
  }

  recoverSession(request: SessionRequest, signal: AbortSignal): Promise<HostedSession | null> {
    return this.timed('recover', () => this.provider.recoverSession(request, signal));
  }

  resumeSession(session: OpenSession, signal: AbortSignal): Promise<HostedSession> {
    return this.timed('resume', () => this.provider.resumeSession(session, signal));
  }

  readDecision(sessionId: string, signal: AbortSignal): Promise<KycEvent | null> {
    return this.timed('read', () => this.provider.readDecision(sessionId, signal));
  }

  readLookup(lookup: string, signal: AbortSignal): Promise<KycEvent | null> {
    return this.timed('lookup', () => this.provider.readLookup(lookup, signal));
  }

  eraseSession(sessionId: string, signal: AbortSignal): Promise<Erasure> {
    return this.timed('erase', () => this.provider.eraseSession(sessionId, signal));
  }

  receive(delivery: Delivery): ReceivedEvent {
    return this.provider.receive(delivery);
  }

  private async timed<T>(call: string, run: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await run();
    } finally {
      this.metrics.providerCalled(this.name, call, performance.now() - startedAt);
    }
  }
}
