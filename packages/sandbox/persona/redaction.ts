import type { WebhookMessage } from '../provider/emulator.ts';
import { type Account, accountResource } from './accounts.ts';
import type { Inquiry } from './inquiries.ts';
import { conflict } from './problem.ts';
import { inquiryResource } from './resources.ts';
import { eventMessage } from './webhooks.ts';

/**
 * "Redact an Inquiry" (Persona API reference): clears personal fields and tags. Status and times stay. The reference id
 * stays until the account is redacted ("Inquiry redacted", webhooks).
 */
export function redactInquiry(inquiry: Inquiry, at: Date): WebhookMessage {
  if (inquiry.redactedAt !== null) throw conflict('Inquiry already redacted');
  inquiry.redactedAt = at;
  inquiry.updatedAt = at;
  inquiry.hasDocuments = false;
  inquiry.tags = [];
  return eventMessage('inquiry.redacted', inquiryResource(inquiry), inquiry.id, at);
}

/**
 * "Redact an Account": redacts the account and all of its inquiries at once. Persona takes "some time". An account can
 * get new data afterwards, so it can be redacted again.
 */
export function redactAccount(account: Account, inquiries: readonly Inquiry[], at: Date): WebhookMessage[] {
  account.redactedAt = at;
  account.updatedAt = at;
  account.referenceId = null;
  account.hasDocuments = false;
  const own = inquiries.filter((inquiry) => inquiry.account === account);
  for (const inquiry of own) inquiry.referenceId = null;
  const cascade = own.filter((inquiry) => inquiry.redactedAt === null).map((each) => redactInquiry(each, at));
  return [eventMessage('account.redacted', accountResource(account), null, at), ...cascade];
}
