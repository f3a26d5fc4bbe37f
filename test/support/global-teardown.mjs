import pg from 'pg';

export default async function tearDown() {
  // Several projects of one run share the database. The first teardown removes it.
  const database = globalThis.testDatabase;
  if (database === undefined) return;
  globalThis.testDatabase = undefined;
  if (database.embedded !== undefined) return database.embedded.stop();
  const client = new pg.Client(process.env.KYC_TEST_SERVER);
  await client.connect();
  const { rows } = await client.query('SELECT datname FROM pg_database WHERE datname LIKE $1', [
    `kyc_test_${process.env.KYC_TEST_RUN}_%`,
  ]);
  for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  const role = `kyc_test_${process.env.KYC_TEST_RUN}_app`;
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
  // Without the right to create roles, even DROP ROLE IF EXISTS fails.
  if (rowCount === 1) await client.query(`DROP ROLE ${role}`);
  await client.end();
}
