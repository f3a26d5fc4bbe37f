import { lastingPort, type Replica, startReplica } from '../support/replica.ts';
import { type Balancer, startBalancer } from '../support/balancer.ts';
import { WEBHOOK_PATH } from '../support/gateway.ts';
import { isOfApplication } from '../support/test-database.ts';

export interface Fleet {
  readonly balancer: Balancer;
  readonly webhookUrl: string;
  /** The current processes. */
  replicas(): readonly Replica[];
  /** Sends SIGKILL and starts the replica again when it has exited. Resolves before the new process is ready. */
  killAndRestart(index: number): Promise<void>;
  /** Resolves when at least one replica is ready. */
  oneReady(): Promise<void>;
  /** Resolves when all replicas are ready. */
  allReady(): Promise<void>;
  kills(): number;
  /** The time from each restart to readiness. Replicas killed before they are ready are not included. */
  recoveriesMs(): number[];
  /** Replicas that exited without being killed, with the end of their logs. */
  deaths(): string[];
  close(): Promise<void>;
}

interface Member {
  replica: Replica;
  ready: Promise<number>;
  isMeantToEnd: boolean;
}

export async function startFleet(size: number, environment: Record<string, string>): Promise<Fleet> {
  const recoveriesMs: number[] = [];
  const deaths: string[] = [];
  let kills = 0;

  async function launch(port: number): Promise<Member> {
    const replica = await startReplica(environment, { port });
    const member: Member = { replica, ready: replica.ready(), isMeantToEnd: false };
    // A replica killed during its start never becomes ready.
    member.ready.catch(() => undefined);
    void replica.ended.then((how) => {
      if (!member.isMeantToEnd)
        deaths.push(`${replica.pid} ended with ${how}:\n${replica.log().slice(-2_000)}`);
    });
    return member;
  }

  const ports: number[] = [];
  while (ports.length < size) ports.push(await lastingPort());
  const members = await Promise.all(ports.map(launch));
  await Promise.all(members.map(({ ready }) => ready));
  const balancer = await startBalancer(ports);

  return {
    balancer,
    webhookUrl: balancer.url + WEBHOOK_PATH,
    replicas: () => members.map(({ replica }) => replica),
    async killAndRestart(index) {
      const member = members[index];
      if (member === undefined) throw new Error(`there is no replica ${index}`);
      member.isMeantToEnd = true;
      kills += 1;
      await member.replica.kill();
      const next = await launch(member.replica.port);
      members[index] = next;
      void next.ready.then((ms) => recoveriesMs.push(ms)).catch(() => undefined);
    },
    async oneReady() {
      await Promise.any(members.map(({ ready }) => ready));
    },
    async allReady() {
      await Promise.all(members.map(({ replica }) => replica.ready()));
    },
    kills: () => kills,
    recoveriesMs: () => [...recoveriesMs],
    deaths: () => [...deaths],
    async close() {
      await balancer.close();
      for (const member of members) member.isMeantToEnd = true;
      await Promise.all(members.map(({ replica }) => replica.stop()));
    },
  };
}

/** The environment of a replica. The sandbox provides all external services. */
export function replicaEnvironment(
  sandbox: { environment: Record<string, string> },
  databaseUrl: string,
): Record<string, string> {
  return {
    ...sandbox.environment,
    DATABASE_URL: databaseUrl,
    USERS_TABLE_CREATE: 'true',
    DATABASE_MIGRATE: String(!isOfApplication(databaseUrl)),
    KYC_PROVIDER: 'persona',
    KYC_REDIRECT_URLS: 'https://app.example.com/kyc/return',
  };
}
