import { randomBytes } from 'node:crypto';
import type {
  Decision,
  DeliveryOptions,
  DeliveryRecord,
  EmulatedProvider,
  SignedWebhook,
} from '../contract.ts';
import type { ApiSurface } from './api-surface.ts';
import type { Deliveries } from './deliveries.ts';
import { ImpossibleDecision } from './emulator.ts';
import type { AttemptCount, ProviderEmulator, WebhookMessage } from './emulator.ts';

/** The provider as a test holds it, with the means that its own extensions (Onfido's checks) need as well. */
export interface ProviderHandle extends EmulatedProvider {
  send(message: WebhookMessage, options?: DeliveryOptions): Promise<DeliveryRecord[]>;
  signed(message: WebhookMessage): SignedWebhook;
}

export function createProviderHandle(
  emulator: ProviderEmulator,
  api: ApiSurface,
  deliveries: Deliveries,
): ProviderHandle {
  function headersFor(body: Buffer, signedWith: readonly string[], at: Date, count?: AttemptCount) {
    return {
      ...emulator.signatureHeaders(body, { secrets: signedWith, at }),
      ...(count === undefined ? {} : emulator.attemptHeaders?.(count)),
    };
  }

  function send(message: WebhookMessage, options: DeliveryOptions = {}): Promise<DeliveryRecord[]> {
    const strangers = options.badSignature === true ? [randomBytes(32).toString('hex')] : null;
    const copies = Array.from({ length: options.copies ?? 1 }, () =>
      deliveries.deliver(
        emulator,
        message,
        (count) => headersFor(message.body, strangers ?? emulator.secrets.newestFirst(), new Date(), count),
        options.delayMs ?? 0,
      ),
    );
    return Promise.all(copies);
  }

  function signed(message: WebhookMessage): SignedWebhook {
    const now = new Date();
    const first = { made: 1, left: 7, firstAttemptedAt: now };
    return {
      headers: headersFor(message.body, emulator.secrets.newestFirst(), now, first),
      body: message.body,
    };
  }

  function webhookFor(sessionId: string, decision: Decision, options: { at?: Date } = {}): SignedWebhook {
    // Asked before anything moves: a decision that cannot be announced changes nothing here.
    if (emulator.announces(decision) === null) throw silentDecision(emulator, decision);
    const message = emulator.move(sessionId, decision, options.at ?? new Date());
    if (message === null) throw silentDecision(emulator, decision);
    return signed(message);
  }

  return {
    name: emulator.name,
    sessions: () => emulator.sessions(),
    calls: () => api.calls(),
    deliveries: () => deliveries.of(emulator),
    async decide(sessionId, decision, options = {}) {
      emulator.announces(decision); // throws for what this provider cannot do
      const message = emulator.move(sessionId, decision, options.at ?? new Date());
      return message === null ? [] : send(message, options);
    },
    webhookFor,
    sign(body, options = {}) {
      const signedWith = options.secret === undefined ? emulator.secrets.newestFirst() : [options.secret];
      return headersFor(Buffer.from(body), signedWith, options.at ?? new Date());
    },
    misbehave: (how) => api.misbehave(how),
    behave: () => api.behave(),
    rotateSecret: () => emulator.secrets.rotate(),
    send,
    signed,
  };
}

function silentDecision(emulator: ProviderEmulator, decision: Decision): ImpossibleDecision {
  return new ImpossibleDecision(`${emulator.title} sends no webhook for "${decision.outcome}"`);
}
