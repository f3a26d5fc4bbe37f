import { randomBytes } from 'node:crypto';
import type { Decision, DeliveryOptions, DeliveryRecord, SignedWebhook } from './contract.ts';
import type { ApiSurface } from './api-surface.ts';
import type { Deliveries } from './deliveries.ts';
import { UnsupportedDecisionError } from './emulator.ts';
import type { AttemptCount, ProviderEmulator, ProviderHandle, WebhookMessage } from './emulator.ts';
import { misbehaviorOf } from './modes.ts';

export function createProviderHandle(
  emulator: ProviderEmulator,
  api: ApiSurface,
  deliveries: Deliveries,
  changed: () => void,
): ProviderHandle {
  function headersFor(body: Buffer, signedWith: readonly string[], at: Date, count?: AttemptCount) {
    return {
      ...emulator.signatureHeaders(body, { secrets: signedWith, at }),
      ...(count === undefined ? {} : emulator.attemptHeaders(count)),
    };
  }

  function send(message: WebhookMessage, options: DeliveryOptions = {}): Promise<DeliveryRecord[]> {
    const { otherEnvironment } = emulator;
    const isForeign = message.isForeign === true;
    const unknownSecrets = options.badSignature === true ? [randomBytes(32).toString('hex')] : null;
    // A retry after a rotation is signed with the new secret.
    const secrets = () =>
      unknownSecrets ?? (isForeign ? [otherEnvironment.secret] : emulator.secrets.signing());
    const copies = Array.from({ length: options.copies ?? 1 }, () =>
      deliveries.deliver(
        emulator,
        message,
        (count) => ({
          ...headersFor(message.body, secrets(), new Date(), count),
          ...(isForeign ? otherEnvironment.headers : {}),
        }),
        options.delayMs ?? 0,
      ),
    );
    return Promise.all(copies);
  }

  function move(sessionId: string, decision: Decision, at: Date): WebhookMessage | null {
    const message = emulator.move(sessionId, decision, at);
    changed();
    return message;
  }

  async function decideReordered(sessionId: string, decisions: readonly Decision[]) {
    for (const decision of decisions) emulator.announces(decision); // throws before any session moves
    const first = Date.now() - (decisions.length - 1) * 1000;
    const messages = decisions.map((decision, index) =>
      move(sessionId, decision, new Date(first + index * 1000)),
    );
    const records: DeliveryRecord[] = [];
    for (const message of messages.toReversed()) if (message !== null) records.push(...(await send(message)));
    return records;
  }

  function signed(message: WebhookMessage): SignedWebhook {
    const now = new Date();
    const first = { made: 1, left: 7, firstAttemptedAt: now };
    return {
      headers: headersFor(message.body, emulator.secrets.signing(), now, first),
      body: message.body,
    };
  }

  function webhookFor(sessionId: string, decision: Decision, options: { at?: Date } = {}): SignedWebhook {
    // Checked before the session moves, so that a decision without a webhook changes nothing.
    if (emulator.announces(decision) === null) throw silentDecision(emulator, decision);
    const message = move(sessionId, decision, options.at ?? new Date());
    if (message === null) throw silentDecision(emulator, decision);
    return signed(message);
  }

  emulator.sendsThrough((message) => void send(message));

  return {
    name: emulator.name,
    sessions: () => emulator.sessions(),
    calls: () => api.calls(),
    deliveries: () => deliveries.of(emulator),
    async decide(sessionId, decision, options = {}) {
      emulator.announces(decision); // throws for a decision that this provider does not support
      const message = move(sessionId, decision, options.at ?? new Date());
      return message === null ? [] : send(message, options);
    },
    async redeliver(deliveryId, options = {}) {
      return send(deliveries.messageOf(emulator, deliveryId), options);
    },
    decideReordered,
    async sendForeign(sessionId, decision) {
      emulator.announces(decision);
      const message = emulator.draft(sessionId, decision, new Date());
      return message === null ? [] : send({ ...message, isForeign: true });
    },
    webhookFor,
    sign(body, options = {}) {
      const signedWith = options.secret === undefined ? emulator.secrets.signing() : [options.secret];
      return headersFor(Buffer.from(body), signedWith, options.at ?? new Date());
    },
    misbehave: (how) => api.misbehave(how),
    behave: () => api.behave(),
    mode: () => api.mode(),
    setMode(mode) {
      const how = misbehaviorOf(mode, emulator);
      if (how === null) api.behave();
      else api.misbehave(how);
    },
    prepareSecret: () => emulator.secrets.prepare(),
    rotateSecret: () => emulator.secrets.rotate(),
    send,
    signed,
  };
}

function silentDecision(emulator: ProviderEmulator, decision: Decision): UnsupportedDecisionError {
  return new UnsupportedDecisionError(`${emulator.title} sends no webhook for "${decision.outcome}"`);
}
