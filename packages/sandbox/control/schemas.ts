import { z } from 'zod';
import type { Decision, DeliveryOptions } from '../provider/contract.ts';

const REASONED = ['decline', 'resubmit'] as const;
const UNREASONED = ['start', 'submit', 'approve', 'review', 'expire', 'abandon', 'fail'] as const;

const again = {
  copies: z.int().min(1).max(1000).optional(),
  delay_ms: z.int().min(0).max(600_000).optional(),
  bad_signature: z.boolean().optional(),
};
/** The delivery options of a request that makes the provider send a webhook. */
export const deliveryFields = { ...again, at: z.iso.datetime({ offset: true }).optional() };
const outcome = z.enum([...REASONED, ...UNREASONED]);

export const decisionRequest = z.discriminatedUnion('outcome', [
  z.strictObject({
    outcome: z.enum(REASONED),
    reason: z.string().min(1).max(200).optional(),
    ...deliveryFields,
  }),
  z.strictObject({ outcome: z.enum(UNREASONED), ...deliveryFields }),
]);

export const redeliveryRequest = z.strictObject(again);

export const reorderedRequest = z.strictObject({ outcomes: z.array(outcome).min(2).max(5) });

export const foreignRequest = z.strictObject({ outcome });

export const modeRequest = z.strictObject({ mode: z.enum(['normal', 'slow', 'down', 'rate_limited']) });

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

interface DeliveryRequest extends z.infer<typeof redeliveryRequest> {
  at?: string | undefined;
}

export function toDeliveryOptions(request: DeliveryRequest): DeliveryOptions {
  return defined({
    copies: request.copies,
    delayMs: request.delay_ms,
    at: request.at === undefined ? undefined : new Date(request.at),
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
