import { z } from 'zod';

/** The request does not match the schema. The message lists the problems. */
export class InvalidRequestError extends Error {}

/** @throws InvalidRequestError */
export function read<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input);
  if (!result.success) throw new InvalidRequestError(z.prettifyError(result.error));
  return result.data;
}
