import { Injectable, Logger } from '@nestjs/common';
import { inboxEvent } from '../kyc/inbox/inbox-event.ts';
import { InboxService } from '../kyc/inbox/inbox.service.ts';
import type { Delivery, KycProvider, ReceivedEvent } from '../kyc/providers/kyc-provider.ts';
import { DeliveryMalformedError, SignatureRefusedError } from '../kyc/providers/provider-errors.ts';
import { unknownEvent } from '../kyc/providers/shared/deliveries.ts';
import { ProviderService } from '../kyc/providers/provider.service.ts';
import { Metrics } from '../metrics/metrics.ts';

const MAX_ID_LENGTH = 255;

@Injectable()
export class WebhookService {
  private readonly logger = new Logger(WebhookService.name);

  constructor(
    private readonly providers: ProviderService,
    private readonly inbox: InboxService,
    private readonly metrics: Metrics,
  ) {}

  /** @throws SignatureRefusedError if the delivery has the signature header of no configured provider, or of several */
  requireSignatureHeader(headers: Delivery['headers']): void {
    this.identifyProvider(headers);
  }

  /**
   * Resolves after the event is committed. A delivery without a valid signature causes no database work.
   * @throws SignatureRefusedError, DeliveryMalformedError or EventNotStoredError
   */
  async accept(delivery: Delivery): Promise<void> {
    const provider = this.identifyProvider(delivery.headers);
    const { lookup, note, problem, ...event } = this.receive(provider, delivery);
    const about = { provider: provider.name, eventKey: event.eventKey };
    if (event.outcome === 'unknown') {
      this.logger.warn({ event: 'security.unknown_word', ...about, reason: problem });
    }
    const entry = inboxEvent(event, 'webhook', delivery.receivedAt, lookup, { note: note ?? null });
    try {
      const result = await this.inbox.acceptEvent(entry);
      if (result === 'refused') this.logger.warn({ event: 'security.foreign_event', ...about });
    } catch (error) {
      this.metrics.delivered(provider.name, 'not_stored');
      throw error;
    }
    this.metrics.delivered(provider.name, 'accepted');
  }

  private identifyProvider(headers: Delivery['headers']): KycProvider {
    try {
      return this.providers.forDelivery(headers);
    } catch (error) {
      this.metrics.delivered('none', 'signature_invalid');
      throw error;
    }
  }

  private receive(provider: KycProvider, delivery: Delivery): ReceivedEvent {
    try {
      const event = provider.receive(delivery);
      return isStorable(event) ? event : unknownEvent(provider.name, delivery.body, 'an id cannot be stored');
    } catch (error) {
      const isForged = error instanceof SignatureRefusedError;
      if (!isForged && !(error instanceof DeliveryMalformedError)) throw error;
      this.metrics.delivered(provider.name, isForged ? 'signature_invalid' : 'malformed');
      error.provider = provider.name;
      throw error;
    }
  }
}

/** PostgreSQL stores no NUL in a text. An id that does not fit its column would fail on every retry. */
function isStorable({ eventKey, sessionId, reference }: ReceivedEvent): boolean {
  const ids = [eventKey, sessionId ?? ''];
  const isTooLong = ids.some((id) => id.length > MAX_ID_LENGTH);
  return !isTooLong && [...ids, reference ?? ''].every((id) => !id.includes('\0') && id.isWellFormed());
}
