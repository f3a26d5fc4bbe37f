import { setTimeout as pause } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { inboxEvent } from '../kyc/inbox/inbox-event.ts';
import { COMMIT_TIMEOUT_MS, InboxService } from '../kyc/inbox/inbox.service.ts';
import type { Delivery, KycProvider, ReceivedEvent } from '../kyc/providers/kyc-provider.ts';
import {
  DeliveryMalformedError,
  DeliveryNotVerifiableError,
  ProviderUnavailableError,
  SignatureRefusedError,
} from '../kyc/providers/provider-errors.ts';
import { unknownEvent } from '../kyc/providers/shared/deliveries.ts';
import { ProviderService } from '../kyc/providers/provider.service.ts';
import { type DeliveryResult, Metrics } from '../metrics/metrics.ts';

const MAX_ID_LENGTH = 255;
/** Leaves at least 1.5 s to store the event, before providers close the connection. */
const RECEIVE_MS = 3_000;

@Injectable()
export class WebhookService {
  private readonly logger = new Logger(WebhookService.name);

  constructor(
    private readonly providers: ProviderService,
    private readonly inbox: InboxService,
    private readonly metrics: Metrics,
  ) {}

  /**
   * @param name the provider whose own address was used, or null at the common address
   * @throws SignatureRefusedError if the delivery does not have the signature header of the named provider, or at the
   *   common address of exactly one configured provider; NotFoundException if no such provider is configured
   */
  requireSignatureHeader(headers: Delivery['headers'], name: string | null): void {
    this.identifyProvider(headers, name);
  }

  /**
   * Resolves after the event is committed. A delivery without a valid signature causes no database work.
   * @throws SignatureRefusedError, DeliveryMalformedError, DeliveryNotVerifiableError or EventNotStoredError
   */
  async accept(delivery: Delivery, name: string | null): Promise<void> {
    const provider = this.identifyProvider(delivery.headers, name);
    const startedAt = performance.now();
    const { lookup, note, problem, isTest: _isTest, ...event } = await this.receive(provider, delivery);
    const about = { provider: provider.name, eventKey: event.eventKey };
    if (event.outcome === 'unknown') {
      this.logger.warn({ event: 'security.unknown_word', ...about, reason: problem });
    }
    const entry = inboxEvent(event, 'webhook', delivery.receivedAt, lookup, { note: note ?? null });
    const leftMs = COMMIT_TIMEOUT_MS - (performance.now() - startedAt);
    try {
      const result = await this.inbox.acceptEvent(entry, leftMs);
      if (result === 'refused') this.logger.warn({ event: 'security.foreign_event', ...about });
    } catch (error) {
      this.metrics.delivered(provider.name, 'not_stored');
      throw error;
    }
    this.metrics.delivered(provider.name, 'accepted');
  }

  private identifyProvider(headers: Delivery['headers'], name: string | null): KycProvider {
    try {
      return this.providers.forDelivery(headers, name);
    } catch (error) {
      this.metrics.delivered('none', 'signature_invalid');
      throw error;
    }
  }

  private async receive(provider: KycProvider, delivery: Delivery): Promise<ReceivedEvent> {
    try {
      const event = await inTime(provider.receive(delivery));
      if (!isStorable(event)) {
        return unknownEvent(provider.name, delivery.body, 'an id cannot be stored');
      }
      if (!isOfOtherEnvironment(event, provider)) return event;
      this.logger.warn({
        event: 'security.other_environment',
        provider: provider.name,
        eventKey: event.eventKey,
      });
      return withoutEffect(event);
    } catch (error) {
      const result = resultOf(error);
      if (result === null) throw error;
      this.metrics.delivered(provider.name, result);
      Object.assign(error as Error, { provider: provider.name });
      throw error;
    }
  }
}

function resultOf(error: unknown): DeliveryResult | null {
  if (error instanceof SignatureRefusedError) return 'signature_invalid';
  if (error instanceof DeliveryMalformedError) return 'malformed';
  // An adapter that fetches a key can fail like every call.
  const isUnavailable =
    error instanceof DeliveryNotVerifiableError || error instanceof ProviderUnavailableError;
  return isUnavailable ? 'not_verifiable' : null;
}

/** Most adapters return the event at once, and then this costs nothing. */
async function inTime(event: ReceivedEvent | Promise<ReceivedEvent>): Promise<ReceivedEvent> {
  if (!(event instanceof Promise)) return event;
  const timeout = new AbortController();
  const late = pause(RECEIVE_MS, null, { ref: false, signal: timeout.signal }).then(() => {
    throw new DeliveryNotVerifiableError('the adapter did not verify the delivery in time');
  });
  late.catch(() => undefined);
  return Promise.race([event, late]).finally(() => timeout.abort());
}

/** A user who passes a provider's test environment has shown nothing. */
function isOfOtherEnvironment(event: ReceivedEvent, provider: KycProvider): boolean {
  return event.isTest !== undefined && event.isTest !== (provider.isTest ?? false);
}

function withoutEffect(event: ReceivedEvent): ReceivedEvent {
  const note = event.isTest === true ? 'of the test environment' : 'of the live environment';
  return { ...event, outcome: 'noted', reason: null, lookup: null, note };
}

/** PostgreSQL stores no NUL in a text. An id that does not fit its column would fail on every retry. */
function isStorable({ eventKey, sessionId, reference }: ReceivedEvent): boolean {
  const ids = [eventKey, sessionId ?? ''];
  const isTooLong = ids.some((id) => id.length > MAX_ID_LENGTH);
  return !isTooLong && [...ids, reference ?? ''].every((id) => !id.includes('\0') && id.isWellFormed());
}
