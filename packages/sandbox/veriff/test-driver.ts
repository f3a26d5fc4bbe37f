import { openVeriffSession, veriffCall } from '../test-support/calls.ts';
import type { Driver } from '../test-support/driver.ts';

export const driver: Driver = {
  secretsVariable: 'VERIFF_SHARED_SECRETS',
  create: (sandbox) => veriffCall(sandbox, 'POST', '/sessions', '{"verification":{}}'),
  async open(sandbox, returnUrl) {
    const { json } = await openVeriffSession(sandbox, { callback: returnUrl });
    return { id: String(json['verification']?.['id']), url: String(json['verification']?.['url']) };
  },
  pageEvents: ['started', 'submitted'],
  responses: [
    [200, 'accepted'],
    [201, 'given_up'],
  ],
  rateLimited: { body: { status: 'fail' }, reset: null },
};
