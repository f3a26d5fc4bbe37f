/** The table with the platform's users, as the configuration names it. Names are not quoted. */
export interface UsersTableConfig {
  /** Null if PostgreSQL finds the table by its search path. */
  readonly schema: string | null;
  readonly name: string;
  readonly idColumn: string;
  readonly emailColumn: string;
  readonly mayCreate: boolean;
}

/** PostgreSQL cuts off longer names. */
const MAX_BYTES = 63;
const QUOTED = String.raw`"(?:[^"\0]|"")+"`;
const NAME = String.raw`${QUOTED}|[^".\0]+`;
const TABLE = new RegExp(`^(?:(${NAME})\\.)?(${NAME})$`);
const COLUMN = new RegExp(String.raw`^(${QUOTED}|[^"\0][^\0]*)$`);

/**
 * Takes each name exactly as it is written, with or without double quotes. PostgreSQL would fold a name without quotes
 * to lower case, but a shell or an .env file may have removed the quotes.
 *
 * @returns null if the text is no name of a table
 */
export function parseTableName(text: string): { schema: string | null; name: string } | null {
  const [, schema, name] = TABLE.exec(text) ?? [];
  if (name === undefined || !areShort(schema, name)) return null;
  return { schema: schema === undefined ? null : unquote(schema), name: unquote(name) };
}

/** Returns null if the text is no name of a column. */
export function parseColumnName(text: string): string | null {
  const [, name] = COLUMN.exec(text) ?? [];
  return name === undefined || !areShort(name) ? null : unquote(name);
}

function areShort(...names: (string | undefined)[]): boolean {
  return names.every((name) => name === undefined || Buffer.byteLength(unquote(name)) <= MAX_BYTES);
}

function unquote(name: string): string {
  return name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name;
}
