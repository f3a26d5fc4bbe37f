import { type RunningPostgres, startPostgres } from '../../packages/sandbox/postgres/postgres.ts';
import { type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import { type Fleet, replicaEnvironment, startFleet } from './fleet.ts';
import { PATIENT_RETRIES_MS } from './stream.ts';
import { openSessions, type UserInSession } from './users.ts';

const REPLICAS = 2;
const USERS_EACH_PROVIDER = 50;

/** Replicas on their own durable PostgreSQL, with users of every provider. */
export interface Deployment {
  readonly postgres: RunningPostgres;
  readonly sandbox: Sandbox;
  readonly users: readonly UserInSession[];
  readonly fleet: Fleet;
}

/**
 * @param cleanUps receives a function for each started part, in starting order, even if a later part fails to start
 */
export async function deploy(cleanUps: (() => Promise<void>)[]): Promise<Deployment> {
  const postgres = await startPostgres({ isDurable: true });
  cleanUps.push(() => postgres.stop());
  const sandbox = await startSandbox({ retryDelaysMs: PATIENT_RETRIES_MS });
  cleanUps.push(() => sandbox.close());
  const users = await openSessions({
    sandbox,
    databaseUrl: postgres.url,
    eachProvider: USERS_EACH_PROVIDER,
  });
  const fleet = await startFleet(REPLICAS, replicaEnvironment(sandbox, postgres.url));
  cleanUps.push(() => fleet.close());
  sandbox.deliverTo(fleet.webhookUrl);
  return { postgres, sandbox, users, fleet };
}
