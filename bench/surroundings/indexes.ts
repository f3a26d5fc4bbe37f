import type { Client } from 'pg';

interface Index {
  table: string;
  name: string;
  drop: string;
  create: string;
}

type Step = (what: string, work: () => Promise<unknown>) => Promise<void>;

/**
 * Includes the foreign keys of other tables. Foreign keys need the referenced keys, so they come last, which drops them
 * first and creates them last.
 */
const CONSTRAINTS = `
  SELECT conrelid::regclass::text AS "table", conname AS name,
         format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname) AS drop,
         format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS create
  FROM pg_constraint
  WHERE conrelid = ANY ($1::text[]::regclass[]) AND contype IN ('p', 'u', 'f')
     OR confrelid = ANY ($1::text[]::regclass[])
  ORDER BY contype = 'f', conrelid, conname`;

const INDEXES = `
  SELECT indrelid::regclass::text AS "table", relname AS name,
         format('DROP INDEX %s', indexrelid::regclass) AS drop, pg_get_indexdef(indexrelid) AS create
  FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
  WHERE indrelid = ANY ($1::text[]::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))
  ORDER BY indrelid, relname`;

/**
 * Fills the tables without indexes and keys, and creates them again afterwards. Building a sorted index once is
 * much faster.
 */
export async function withoutIndexes(
  client: Client,
  tables: readonly string[],
  step: Step,
  fill: () => Promise<void>,
): Promise<void> {
  const read = async (sql: string) => (await client.query<Index>(sql, [tables])).rows;
  const all = async () => [...(await read(INDEXES)), ...(await read(CONSTRAINTS))];
  const before = await all();
  for (const { drop } of before.toReversed()) await client.query(drop);
  await fill();
  for (const { table, name, create } of before) {
    await step(`${table}: ${name}`, () => client.query(create));
  }
  const after = await all();
  if (JSON.stringify(after) !== JSON.stringify(before)) {
    throw new Error('The indexes of the seeded tables differ from before');
  }
}
