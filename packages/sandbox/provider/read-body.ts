import { z } from 'zod';
import type { ApiProblem } from './problem.ts';

type Issues = readonly [z.core.$ZodIssue, ...z.core.$ZodIssue[]];

/** Reads a request with the provider's schema. `reject` makes the provider's error of the differences. */
export function readBody<T extends z.ZodType>(
  schema: T,
  body: unknown,
  reject: (issues: Issues) => ApiProblem,
): z.infer<T> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  throw reject(result.error.issues as unknown as Issues);
}

/** `field.name: message` of the first difference. */
export function firstOf([{ path, message }]: Issues): string {
  return `${path.join('.') || 'body'}: ${message}`;
}
