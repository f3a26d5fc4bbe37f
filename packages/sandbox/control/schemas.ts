import { z } from 'zod';
import type { Decision, DeliveryOptions } from '../contract.ts';
import { PROVIDER_NAMES } from '../providers.ts';

const REASONED = ['decline', 'resubmit'] as const;
const UNREASONED = ['start', 'submit', 'approve', 'review', 'expire', 'abandon', 'fail'] as const;

const again = {
  copies: z.int().min(1).max(1000).optional(),
  delay_ms: z.int().min(0).max(600_000).optional(),
  bad_signature: z.boolean().optional(),
};
const delivery = { ...again, at: z.iso.datetime({ offset: true }).optional() };
const outcome = z.enum([...REASONED, ...UNREASONED]);

export const providerName = z.enum(PROVIDER_NAMES);

export const decisionRequest = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.enum(REASONED), reason: z.string().min(1).max(200).optional(), ...delivery }),
  z.strictObject({ outcome: z.enum(UNREASONED), ...delivery }),
]);

export const redeliveryRequest = z.strictObject(again);

export const reorderedRequest = z.strictObject({ outcomes: z.array(outcome).min(2).max(5) });

export const foreignRequest = z.strictObject({ outcome });

export const modeRequest = z.strictObject({ mode: z.enum(['normal', 'slow', 'down', 'rate_limited']) });

export const deletionRequest = z.strictObject({
  on: z.boolean().optional(),
  limited: z.boolean().optional(),
});

export const switchRequest = z.strictObject({ provider: providerName });

export const checkRequest = z.strictObject({
  result: z.enum(['clear', 'consider']),
  move_run: z.boolean().optional(),
  ...delivery,
});

export const misbehaviorRequest = z.strictObject({
  status: z.int().min(200).max(599).optional(),
  delay_ms: z.int().min(0).max(600_000).optional(),
  body: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
  disconnect: z.boolean().optional(),
  times: z.int().min(1).optional(),
});

export const tokenRequest = z.strictObject({
  sub: z.string().min(1),
  email: z.email().optional(),
  scope: z.string().optional(),
  expires_in_seconds: z.int().optional(),
});

export const webhookUrlRequest = z.strictObject({ url: z.url({ protocol: /^https?$/ }) });

export function toDecision(request: z.infer<typeof decisionRequest>): Decision {
  if (request.outcome !== 'decline' && request.outcome !== 'resubmit') return { outcome: request.outcome };
  return defined({ outcome: request.outcome, reason: request.reason });
}

export function toDeliveryOptions(
  request: z.infer<typeof checkRequest> | z.infer<typeof decisionRequest> | z.infer<typeof redeliveryRequest>,
): DeliveryOptions {
  const at = 'at' in request ? request.at : undefined;
  return defined({
    copies: request.copies,
    delayMs: request.delay_ms,
    at: at === undefined ? undefined : new Date(at),
    badSignature: request.bad_signature,
  });
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** Removes undefined properties, because exactOptionalPropertyTypes does not allow undefined for an option. */
export function defined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
