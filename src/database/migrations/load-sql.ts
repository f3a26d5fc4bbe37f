import { readFile } from 'node:fs/promises';
import type { QueryRunner } from 'typeorm';

/**
 * Replaces placeholders such as `{{schema}}`. It inserts the values without quoting them, so the caller must quote
 * identifiers.
 */
export async function loadSql(file: string, values: Readonly<Record<string, string>> = {}): Promise<string> {
  const text = await readFile(new URL(`./sql/${file}`, import.meta.url), 'utf8');
  return text.replaceAll(/\{\{(\w+)\}\}/g, (placeholder, name: string) => {
    const value = values[name];
    if (value === undefined)
      throw new Error(`${file} has the placeholder ${placeholder}, which has no value`);
    return value;
  });
}

/** The type of users.id and the schema, as the table kyc_erasures has them. */
export async function erasurePlaceholders(
  queryRunner: QueryRunner,
): Promise<{ userIdType: string; schema: string }> {
  const [found] = (await queryRunner.query(
    `SELECT format_type(atttypid, atttypmod) AS "userIdType", quote_ident(nspname) AS schema
     FROM pg_attribute JOIN pg_class c ON c.oid = attrelid JOIN pg_namespace n ON n.oid = relnamespace
     WHERE attrelid = 'kyc_erasures'::regclass AND attname = 'user_id'`,
  )) as [{ userIdType: string; schema: string }];
  return found;
}
