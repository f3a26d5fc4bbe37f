import { z } from 'zod';

/** The request does not match the schema. The message lists the problems. */
export class BadInput extends Error {}

/** @throws BadInput */
export function read<T extends z.ZodType>(schema: T, input: unknown): z.infer<T> {
  const result = schema.safeParse(input);
  if (!result.success) throw new BadInput(z.prettifyError(result.error));
  return result.data;
}
