import type { Sandbox } from '../sandbox.ts';
import type { Reply } from './calls.ts';

/** Calls of an emulated API and facts about it, for the tests that run with every emulator. */
export interface Driver {
  /** The variable with the webhook secrets. */
  readonly secretsVariable: string;
  /** Makes the first call of a new session, which returns 201. */
  create(sandbox: Sandbox): Promise<Reply>;
  /** Opens a session and returns its id and the address of its hosted page. */
  open(sandbox: Sandbox, returnUrl?: string): Promise<{ id: string; url: string }>;
  /** The types of the webhooks that a hosted page sends for document and selfie. */
  readonly pageEvents: readonly string[];
  /** Statuses of a gateway, and whether the provider takes the webhook as delivered. */
  readonly responses: readonly (readonly [status: number, state: 'accepted' | 'given_up'])[];
  /** Part of the body, and the ratelimit-reset, of a rate-limited response. */
  readonly rateLimited: { readonly body: object; readonly reset: string | null };
}
