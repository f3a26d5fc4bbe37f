import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { DeliveryRecord } from './contract.ts';
import { DeliveryNotFoundError } from './emulator.ts';
import type { AttemptCount, ProviderEmulator, WebhookMessage } from './emulator.ts';

export interface Deliveries {
  deliverTo(webhookUrl: string): void;
  /** Posts one webhook until it is accepted or no attempt is left. Never rejects. */
  deliver(
    emulator: ProviderEmulator,
    message: WebhookMessage,
    headersFor: (count: AttemptCount) => Record<string, string>,
    delayMs: number,
  ): Promise<DeliveryRecord>;
  of(emulator: ProviderEmulator): DeliveryRecord[];
  /** The message of an earlier delivery, to send it again. */
  messageOf(emulator: ProviderEmulator, deliveryId: string): WebhookMessage;
  close(): Promise<void>;
}

export function createDeliveries(
  retryDelaysMs: readonly number[],
  firstUrl: string | undefined,
  changed: () => void,
): Deliveries {
  const connections = new Agent();
  const closing = new AbortController();
  const records: DeliveryRecord[] = [];
  const messages = new Map<string, WebhookMessage>();
  let webhookUrl = firstUrl;

  async function attempt(emulator: ProviderEmulator, record: DeliveryRecord): Promise<void> {
    const at = new Date().toISOString();
    if (webhookUrl === undefined) {
      record.attempts.push({ at, status: null, error: 'No webhook URL is set' });
      return;
    }
    try {
      const answer = await request(webhookUrl, {
        method: 'POST',
        headers: record.headers,
        body: record.body,
        dispatcher: connections,
        signal: AbortSignal.any([closing.signal, AbortSignal.timeout(emulator.webhookTimeoutMs)]),
      });
      await answer.body.dump();
      record.attempts.push({ at, status: answer.statusCode });
      if (emulator.acceptsStatus(answer.statusCode)) record.state = 'accepted';
    } catch (error) {
      record.attempts.push({
        at,
        status: null,
        error: error instanceof Error ? error.message : String(error),
      });
    }
  }

  async function run(
    emulator: ProviderEmulator,
    record: DeliveryRecord,
    headersFor: (count: AttemptCount) => Record<string, string>,
    delayMs: number,
  ): Promise<void> {
    const pauses = [delayMs, ...retryDelaysMs];
    let firstAttemptedAt: Date | undefined;
    for (const [index, pauseMs] of pauses.entries()) {
      if (pauseMs > 0) await pause(pauseMs, undefined, { signal: closing.signal });
      firstAttemptedAt ??= new Date();
      // Each attempt has its own signature: Persona's `t` is the time of sending, not of the event.
      record.headers = headersFor({ made: index + 1, left: pauses.length - index - 1, firstAttemptedAt });
      await attempt(emulator, record);
      changed();
      // Without a webhook URL, further attempts cannot succeed.
      if (record.state === 'accepted' || closing.signal.aborted || webhookUrl === undefined) return;
    }
  }

  return {
    deliverTo(url) {
      webhookUrl = url;
    },
    async deliver(emulator, message, headersFor, delayMs) {
      const record: DeliveryRecord = {
        id: randomUUID(),
        provider: emulator.name,
        sessionId: message.sessionId,
        type: message.type,
        headers: {},
        body: message.body.toString('utf8'),
        attempts: [],
        state: 'pending',
      };
      records.push(record);
      messages.set(record.id, message);
      changed();
      await run(emulator, record, headersFor, delayMs).catch(() => undefined); // closing ends a pause by rejecting
      if (record.state === 'pending') record.state = 'given_up';
      changed();
      return structuredClone(record);
    },
    of: (emulator) =>
      records.filter((record) => record.provider === emulator.name).map((record) => structuredClone(record)),
    messageOf(emulator, deliveryId) {
      const message = messages.get(deliveryId);
      const isOwn = records.some(({ id, provider }) => id === deliveryId && provider === emulator.name);
      if (message === undefined || !isOwn) throw new DeliveryNotFoundError(emulator.name, deliveryId);
      return message;
    },
    async close() {
      closing.abort();
      await connections.destroy();
    },
  };
}
