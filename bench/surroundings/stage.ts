import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { type Database, type Databases, openDatabases } from './databases.ts';
import { type MailSink, startMailSink } from './mail-sink.ts';
import { type Program, startProgram } from './program.ts';

export type Baseline = 'nest-tutorial' | 'bare-fastify' | 'signature-only' | 'bare-status' | 'nest-hello';

/** Everything that a measure needs: a durable PostgreSQL, providers, a token issuer, mail and programs. */
export interface Stage {
  /** The number of rounds, in which the contenders take turns. */
  readonly rounds: number;
  /** Whether to use the smaller numbers of CI. */
  readonly isShort: boolean;
  readonly databases: Databases;
  readonly sandbox: Sandbox;
  readonly mail: MailSink;
  /** The webhook secret of Persona. */
  readonly webhookSecret: string;
  /** Starts the gateway as in production. It sends its mail to the sink. */
  startGateway(database: Database, environment?: Record<string, string>): Promise<Program>;
  startBaseline(name: Baseline, database?: Database): Promise<Program>;
  /** Stops everything that the measure has started. */
  release(): Promise<void>;
  progress(text: string): void;
  /** Stores values for the results file that the table does not show. */
  record(name: string, figures: unknown): void;
  readonly records: Readonly<Record<string, unknown>>;
  close(): Promise<void>;
}

export async function openStage(options: {
  rounds: number;
  isShort: boolean;
  serverUrl: string | null;
  progress: (text: string) => void;
}): Promise<Stage> {
  const sandbox = await startSandbox();
  const databases = await openDatabases(options.serverUrl);
  const mail = await startMailSink();
  const webhookSecret = sandbox.environment['PERSONA_WEBHOOK_SECRETS'] ?? '';
  const running = new Set<Program>();
  const records: Record<string, unknown> = {};

  async function start(script: string, environment: Record<string, string>): Promise<Program> {
    const program = await startProgram(script, environment);
    running.add(program);
    return {
      ...program,
      async stop() {
        running.delete(program);
        await program.stop();
      },
    };
  }

  return {
    ...options,
    sandbox,
    databases,
    mail,
    webhookSecret,
    startGateway: ({ url }, environment = {}) =>
      start('dist/main.js', {
        ...sandbox.environment,
        SMTP_URL: mail.smtpUrl,
        DATABASE_URL: url,
        DATABASE_MIGRATE: 'false',
        KYC_PROVIDER: 'persona',
        KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
        ...environment,
      }),
    startBaseline: (name, database) =>
      start(`bench/dist/${name}.js`, {
        WEBHOOK_SECRET: webhookSecret,
        ...(database === undefined ? {} : { DATABASE_URL: database.url }),
        AUTH_JWKS_URL: sandbox.issuer.jwksUrl,
        AUTH_ISSUER: sandbox.issuer.issuer,
        AUTH_AUDIENCE: sandbox.issuer.audience,
      }),
    release: async () => {
      await Promise.all([...running].map((program) => program.stop()));
      running.clear();
      await databases.dropAll();
    },
    record: (name, figures) => void (records[name] = figures),
    records,
    async close() {
      await Promise.all([...running].map((program) => program.stop()));
      await mail.close();
      await databases.close();
      await sandbox.close();
    },
  };
}
