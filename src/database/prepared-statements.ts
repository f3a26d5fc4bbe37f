import { createHash } from 'node:crypto';

/** The limit bounds the memory. The gateway's code contains far fewer statements. */
const MAX_NAMES = 500;
const names = new Map<string, string>();

/**
 * Names the statement of a `query` call, if it has values. PostgreSQL parses and plans a named statement once per
 * connection (docs/adr/0013-named-statements.md).
 */
export function withStatementName(args: unknown[]): unknown[] {
  const [text, values, ...callback] = args;
  if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return args;
  const name = statementName(text);
  return name === undefined ? args : [{ name, text, values }, ...callback];
}

function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_NAMES) return known;
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32);
  names.set(text, name);
  return name;
}
