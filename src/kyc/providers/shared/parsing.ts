import type { z } from 'zod';
import { ProviderUnavailableError } from '../provider-errors.ts';

/** The error gets no cause, because the parser's message quotes its input. */
export function parseJson(text: string, malformed: (message: string) => Error): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('not JSON');
  }
}

export function parseResponse<Schema extends z.ZodType>(
  provider: string,
  where: string,
  schema: Schema,
  json: unknown,
): z.output<Schema> {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  throw new ProviderUnavailableError(
    provider,
    `${where}: not the documented shape: ${wrongFields(parsed.error)}`,
  );
}

export function requireSameId(provider: string, where: string, requested: string, found: string): void {
  if (found === requested) return;
  throw new ProviderUnavailableError(provider, `${where}: the response is about another object`);
}

/** Names the fields, but never their values, because values are personal data. */
export function wrongFields(error: z.ZodError): string {
  return error.issues.map(({ path, code }) => `${path.join('.') || '(the whole)'} (${code})`).join(', ');
}
