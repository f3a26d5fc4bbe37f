import { jest } from '@jest/globals';
import type { InboxEvent } from '../kyc/inbox/inbox-event.ts';
import type { InboxService } from '../kyc/inbox/inbox.service.ts';
import type { KycProvider, ReceivedEvent } from '../kyc/providers/kyc-provider.ts';
import { DeliveryNotVerifiableError, ProviderUnavailableError } from '../kyc/providers/provider-errors.ts';
import type { ProviderService } from '../kyc/providers/provider.service.ts';
import { Metrics } from '../metrics/metrics.ts';
import { WebhookService } from './webhook.service.ts';

const APPROVAL: ReceivedEvent = {
  provider: 'acme',
  eventKey: 'event-1',
  sessionId: 'case-1',
  reference: 'user-1',
  outcome: 'approved',
  reason: null,
  occurredAt: new Date('2026-03-04T10:00:00Z'),
  lookup: null,
};

/** A provider whose adapter is not one of the built-in ones. */
function serviceFor(provider: Pick<KycProvider, 'receive' | 'isTest'>) {
  const stored: InboxEvent[] = [];
  const metrics = new Metrics();
  const providers = { forDelivery: () => ({ name: 'acme', ...provider }) } as unknown as ProviderService;
  const inbox = {
    acceptEvent: (event: InboxEvent) => {
      stored.push(event);
      return Promise.resolve('recorded');
    },
  } as unknown as InboxService;
  const service = new WebhookService(providers, inbox, metrics);
  const deliver = () =>
    service.accept({ headers: {}, body: Buffer.from('{}'), receivedAt: new Date() }, null);
  return { stored, deliver, metrics };
}

describe('A delivery whose adapter fetches a key first', () => {
  it('is stored once the adapter has verified it', async () => {
    const { deliver, stored } = serviceFor({ receive: () => Promise.resolve(APPROVAL) });
    await deliver();
    expect(stored).toMatchObject([{ eventKey: 'event-1', outcome: 'approved' }]);
  });

  it.each([
    new DeliveryNotVerifiableError('no key'),
    new ProviderUnavailableError('acme', 'GET /keys: responded 503'),
  ])('is not stored and counted as not verifiable if the key cannot be fetched: %s', async (failure) => {
    const receive = async (): Promise<ReceivedEvent> => {
      throw failure;
    };
    const { deliver, stored, metrics } = serviceFor({ receive });
    await expect(deliver()).rejects.toMatchObject({ kind: 'unavailable', provider: 'acme' });
    expect(stored).toEqual([]);
    expect(await metrics.text()).toContain(
      'kyc_webhook_deliveries_total{provider="acme",result="not_verifiable"} 1',
    );
  });

  it('is not stored if the adapter takes more than three seconds', async () => {
    jest.useFakeTimers();
    const { promise, resolve } = Promise.withResolvers<ReceivedEvent>();
    const { deliver, stored } = serviceFor({ receive: () => promise });
    const failed = deliver().catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(await failed).toBeInstanceOf(DeliveryNotVerifiableError);
    resolve(APPROVAL);
    jest.useRealTimers();
    expect(stored).toEqual([]);
  });
});

describe("An event of the provider's test environment", () => {
  it.each([
    [true, false, 'noted', 'of the test environment'],
    [true, undefined, 'noted', 'of the test environment'],
    [false, true, 'noted', 'of the live environment'],
    [true, true, 'approved', null],
    [false, false, 'approved', null],
    [false, undefined, 'approved', null],
    [undefined, true, 'approved', null],
    [undefined, undefined, 'approved', null],
  ])(
    'with isTest %p and credentials with isTest %p has the outcome %s',
    async (ofEvent, ofProvider, outcome, note) => {
      const { deliver, stored } = serviceFor({
        receive: () => ({ ...APPROVAL, ...(ofEvent !== undefined && { isTest: ofEvent }) }),
        ...(ofProvider !== undefined && { isTest: ofProvider }),
      });
      await deliver();
      expect(stored).toMatchObject([{ outcome, note, eventKey: 'event-1' }]);
    },
  );
});
