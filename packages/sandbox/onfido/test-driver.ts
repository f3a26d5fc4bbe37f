import { onfidoCall, openOnfidoRun } from '../test-support/calls.ts';
import type { Driver } from '../test-support/driver.ts';

export const driver: Driver = {
  secretsVariable: 'ONFIDO_WEBHOOK_TOKENS',
  create: (sandbox) => onfidoCall(sandbox, 'POST', '/applicants', { first_name: 'Sam', last_name: 'Sample' }),
  async open(sandbox, returnUrl) {
    const { json } = await openOnfidoRun(sandbox, { link: { completed_redirect_url: returnUrl } });
    return { id: String(json['id']), url: String(json['link']?.['url']) };
  },
  pageEvents: [],
  responses: [
    [202, 'accepted'],
    [210, 'given_up'],
  ],
  rateLimited: { body: { error: { type: 'rate_limit' } }, reset: null },
};
