import { personaCall, personaInquiry } from '../test-support/calls.ts';
import type { Driver } from '../test-support/driver.ts';

export const driver: Driver = {
  secretsVariable: 'PERSONA_WEBHOOK_SECRETS',
  create: (sandbox) =>
    personaCall(sandbox, 'POST', '/inquiries', {
      body: personaInquiry(sandbox),
      headers: { 'idempotency-key': 'one' },
    }),
  async open(sandbox, returnUrl) {
    const meta = { 'auto-create-one-time-link': true };
    const body = personaInquiry(sandbox, meta, { 'redirect-uri': returnUrl });
    const { json } = await personaCall(sandbox, 'POST', '/inquiries', { body });
    return { id: String(json['data']?.['id']), url: String(json['meta']?.['one-time-link']) };
  },
  pageEvents: ['inquiry.started', 'inquiry.completed'],
  responses: [
    [204, 'accepted'],
    [203, 'given_up'],
  ],
  rateLimited: { body: { errors: [{ title: 'Too Many Requests' }] }, reset: '30' },
};
