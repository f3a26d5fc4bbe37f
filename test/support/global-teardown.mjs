import pg from 'pg';

export default async function tearDown() {
  const embedded = globalThis.embeddedPostgres;
  if (embedded !== undefined) return embedded.stop();
  const client = new pg.Client(process.env.KYC_TEST_SERVER);
  await client.connect();
  const { rows } = await client.query('SELECT datname FROM pg_database WHERE datname LIKE $1', [
    `kyc_test_${process.env.KYC_TEST_RUN}_%`,
  ]);
  for (const { datname } of rows) await client.query(`DROP DATABASE IF EXISTS ${datname} WITH (FORCE)`);
  await client.end();
}
