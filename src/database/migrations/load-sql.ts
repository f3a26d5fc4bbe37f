import { readFile } from 'node:fs/promises';

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
