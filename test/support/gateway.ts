import { randomUUID } from 'node:crypto';
import { Writable } from 'node:stream';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DataSource } from 'typeorm';
import { type ProviderName, type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { createApp } from '../../src/http/create-app.ts';
import { readConfig } from '../../src/config/read-config.ts';
import { createDataSource } from '../../src/database/data-source.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import { asOwner, createTestDatabase, isOfApplication, type TestDatabase } from './test-database.ts';

export interface User {
  id: string;
  email: string;
  token: string;
}

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** The real application on a real PostgreSQL, with the sandbox in place of all external services. */
export interface TestGateway {
  url: string;
  app: NestFastifyApplication;
  sandbox: Sandbox;
  /** Connects as the owner of the tables, which has more rights than the gateway. */
  database: DataSource;
  databaseUrl: string;
  /** All log lines since the start, as text. */
  logs(): string;
  /** Creates a user with a row and a token. */
  createUser(): Promise<User>;
  start(user: { token: string }, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  status(user: { token: string }, query?: string): Promise<Answer>;
  deliver(
    webhook: { headers: Record<string, string>; body: Buffer | string },
    path?: string,
  ): Promise<Answer>;
  /** Creates a user and starts a session at the configured provider. */
  openSession(): Promise<{ user: User; sessionId: string }>;
  userRow(user: { id: string }): Promise<Record<string, unknown>>;
  events(sessionId: string): Promise<Record<string, unknown>[]>;
  close(): Promise<void>;
}

export interface GatewayOptions {
  provider?: ProviderName;
  environment?: Record<string, string>;
  /** The sandbox of another gateway. That gateway closes it. */
  sandbox?: Sandbox;
  databaseUrl?: string;
  /** The port; a free one by default. */
  port?: number;
}

export const WEBHOOK_PATH = '/api/webhooks/kyc-status';

/**
 * Nest has one logger per process. All gateways of a test file log here, with the level of the last one started.
 */
const lines: string[] = [];
const destination = new Writable({
  write: (chunk: Buffer, _encoding, done) => {
    lines.push(chunk.toString());
    done();
  },
});
// Each gateway of the file adds a listener.
destination.setMaxListeners(0);

export async function startGateway(options: GatewayOptions = {}): Promise<TestGateway> {
  const sandbox = options.sandbox ?? (await startSandbox({ retryDelaysMs: [50, 100, 200, 400, 800] }));
  let own: TestDatabase | undefined;
  try {
    own = options.databaseUrl === undefined ? await createTestDatabase() : undefined;
    return await serveGateway(options, sandbox, own);
  } catch (error) {
    if (options.sandbox === undefined) await sandbox.close();
    await own?.drop();
    throw error;
  }
}

async function serveGateway(
  options: GatewayOptions,
  sandbox: Sandbox,
  own: TestDatabase | undefined,
): Promise<TestGateway> {
  const databaseUrl = options.databaseUrl ?? own?.url ?? '';
  const config = readConfig(PROVIDER_DEFINITIONS, {
    ...sandbox.environment,
    NODE_ENV: 'test',
    HOST: '127.0.0.1',
    PORT: '0',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: '4',
    USERS_TABLE_CREATE: 'true',
    DATABASE_MIGRATE: String(!isOfApplication(databaseUrl)),
    KYC_PROVIDER: options.provider ?? 'persona',
    KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return,https://app.example.com/other',
    ...options.environment,
  });
  const firstLine = lines.length;
  const app = await createApp(config, destination);
  await app.listen(options.port ?? 0, '127.0.0.1');
  const url = (await app.getUrl()).replace('[::1]', '127.0.0.1');
  if (options.sandbox === undefined) sandbox.deliverTo(url + WEBHOOK_PATH);
  const database = await createDataSource({ url: asOwner(databaseUrl), poolSize: 4 }).initialize();

  const call = (path: string, init: RequestInit) => fetch(url + path, init).then(read);
  const bearer = (user: { token: string }) => ({ authorization: `Bearer ${user.token}` });
  const gateway: TestGateway = {
    url,
    app,
    sandbox,
    database,
    databaseUrl,
    logs: () => lines.slice(firstLine).join(''),
    createUser: async () => {
      const id = randomUUID();
      const email = `${id.slice(0, 8)}@users.example.com`;
      await database.query('INSERT INTO users (id, email) VALUES ($1, $2)', [id, email]);
      return { id, email, token: await sandbox.issuer.tokenFor({ sub: id, email }) };
    },
    start: (user, body, headers = {}) =>
      call('/api/kyc/start-verification', {
        method: 'POST',
        headers: {
          ...bearer(user),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        body: body === undefined ? null : JSON.stringify(body),
      }),
    status: (user, query = '') => call(`/api/kyc/status${query}`, { headers: bearer(user) }),
    deliver: ({ headers, body }, path = WEBHOOK_PATH) =>
      call(path, { method: 'POST', headers, body: body as BodyInit }),
    openSession: async () => {
      const user = await gateway.createUser();
      const { status, body } = await gateway.start(user);
      if (status !== 201)
        throw new Error(`start answered ${status} ${JSON.stringify(body)}\n${gateway.logs()}`);
      return { user, sessionId: String(body['session_id']) };
    },
    userRow: async (user) => {
      const rows: Record<string, unknown>[] = await database.query('SELECT * FROM users WHERE id = $1', [
        user.id,
      ]);
      return rows[0] ?? {};
    },
    events: (sessionId) =>
      database.query('SELECT * FROM kyc_events WHERE provider_session_id = $1 ORDER BY id', [sessionId]),
    close: async () => {
      await database.destroy();
      await app.close();
      if (options.sandbox === undefined) await sandbox.close();
      await own?.drop();
    },
  };
  return gateway;
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  return {
    status: response.status,
    headers: response.headers,
    body: isJson ? (JSON.parse(text) as Record<string, unknown>) : { text },
  };
}
