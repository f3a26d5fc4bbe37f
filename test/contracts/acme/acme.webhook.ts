import { isSignedWithAny } from '../../../src/common/hmac.ts';
import type { Delivery, ReceivedEvent } from '../../../src/kyc/providers/kyc-provider.ts';
import { SignatureRefusedError } from '../../../src/kyc/providers/provider-errors.ts';
import { parseDelivery, receiveJson } from '../../../src/kyc/providers/shared/deliveries.ts';
import { ACME, eventOfWebhook } from './acme.mapping.ts';
import { webhookSchema } from './acme.schemas.ts';

export const SIGNATURE_HEADER = 'x-acme-signature';

export interface AcmeWebhookOptions {
  /** Newest first. */
  secrets: readonly string[];
}

export function receiveDelivery({ headers, body }: Delivery, { secrets }: AcmeWebhookOptions): ReceivedEvent {
  if (!isSignedWithAny(secrets, headers[SIGNATURE_HEADER], body)) {
    throw new SignatureRefusedError(
      `${SIGNATURE_HEADER}: not the hexadecimal HMAC-SHA256 of the raw body under any of the secrets`,
    );
  }
  return receiveJson(ACME, body, (json) => eventOfWebhook(parseDelivery(webhookSchema, json)));
}
