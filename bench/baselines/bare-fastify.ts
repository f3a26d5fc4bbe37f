/** Baseline (b): only Fastify and pg. One transaction per webhook, each statement prepared once per connection. */
import { randomUUID } from 'node:crypto';
import fastify from 'fastify';
import pg from 'pg';
import { isSigned, readApproval } from './persona.ts';

const { PORT, HOST, DATABASE_URL, WEBHOOK_SECRET = '' } = process.env;
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 });
const app = fastify();

const statement = (name: string, text: string) => (values: unknown[]) => ({ name, text, values });
const INSERT_EVENT = statement(
  'insert-event',
  `INSERT INTO kyc_events (provider, event_key, provider_session_id, reference, outcome, occurred_at, received_at, source)
   VALUES ('persona', $1, $2, $3, 'approved', $4, now(), 'webhook')
   ON CONFLICT (provider, event_key) DO NOTHING RETURNING id`,
);
const LOCK_SESSION = statement(
  'lock-session',
  `SELECT id, user_id FROM kyc_sessions WHERE provider = 'persona' AND provider_session_id = $1 FOR UPDATE`,
);
const UPDATE_SESSION = statement(
  'update-session',
  `UPDATE kyc_sessions SET phase = 'approved', phase_since = $2, decided_at = $2, ended_at = now(), changed_at = now(),
          next_read_at = NULL WHERE id = $1`,
);
const UPDATE_USER = statement(
  'update-user',
  `UPDATE users SET kyc_status = 'verified', kyc_rejection_reason = NULL WHERE id = $1 AND kyc_session_id = $2`,
);
const INSERT_JOB = statement(
  'insert-job',
  `INSERT INTO kyc_jobs.job (id, name, data) VALUES ($1, 'notification', $2)`,
);

app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
  done(null, body),
);
app.get('/health/ready', async () => ({ status: 'ok' }));
app.post('/api/webhooks/kyc-status', async (request, reply) => {
  const body = request.body as Buffer;
  if (!isSigned(request.headers['persona-signature'], body, WEBHOOK_SECRET)) {
    return reply.status(401).send({ error: 'bad signature' });
  }
  const { eventKey, sessionId, reference, occurredAt } = readApproval(body);
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const inserted = await client.query(INSERT_EVENT([eventKey, sessionId, reference, occurredAt]));
    if (inserted.rowCount === 1) {
      const { rows } = await client.query<{ id: string; user_id: string }>(LOCK_SESSION([sessionId]));
      const [session] = rows;
      if (session?.user_id === reference) {
        await client.query(UPDATE_SESSION([session.id, occurredAt]));
        await client.query(UPDATE_USER([session.user_id, sessionId]));
        const job = { mailId: randomUUID(), userId: session.user_id, subject: 'verified', reason: null };
        await client.query(INSERT_JOB([randomUUID(), job]));
      }
    }
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
  return {};
});

await app.listen({ port: Number(PORT), host: HOST ?? '127.0.0.1' });
