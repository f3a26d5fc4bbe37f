/**
 * Baseline of GET /api/kyc/status: only Fastify, jose and pg. It verifies the token like the gateway. One
 * statement, prepared once per connection, reads the user's row by primary key.
 */
import fastify from 'fastify';
import { createRemoteJWKSet, errors, jwtVerify } from 'jose';
import pg from 'pg';

const { PORT, HOST, DATABASE_URL, AUTH_JWKS_URL = '', AUTH_ISSUER = '', AUTH_AUDIENCE = '' } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const keys = createRemoteJWKSet(new URL(AUTH_JWKS_URL));
const expected = { issuer: AUTH_ISSUER, audience: AUTH_AUDIENCE, requiredClaims: ['sub', 'exp'] };
const app = fastify();

const FIND_USER = {
  name: 'find-user',
  text: `SELECT kyc_status, kyc_provider, kyc_session_id, kyc_rejection_reason FROM users WHERE id = $1`,
};

app.get('/health/ready', async () => ({ status: 'ok' }));
app.get('/api/kyc/status', async (request, reply) => {
  const token = (request.headers.authorization ?? '').slice('Bearer '.length);
  try {
    const { payload } = await jwtVerify(token, keys, expected);
    const { rows } = await pool.query<object>({ ...FIND_USER, values: [payload.sub] });
    return rows[0] ?? (await reply.status(404).send({ error: 'no such user' }));
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return reply.status(401).send({ error: 'bad token' });
  }
});

await app.listen({ port: Number(PORT), host: HOST ?? '127.0.0.1' });
