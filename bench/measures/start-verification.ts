import { randomUUID } from 'node:crypto';
import { Client } from 'undici';
import { generateLoad } from '../load/load-generator.ts';
import { type PreparedRequest, startOf } from '../load/requests.ts';
import { median } from '../statistics.ts';
import { type ConnectionCounts, watchConnections } from '../surroundings/connections.ts';
import type { Database } from '../surroundings/databases.ts';
import { type SlowProvider, startSlowProvider } from '../surroundings/slow-provider.ts';
import type { Stage } from '../surroundings/stage.ts';
import { userIdOf } from '../webhooks.ts';
import type { Line, Measure } from './measure.ts';

const PROVIDER_MS = 200;
const POOL = 'kyc-gateway';

interface Round {
  /** The p50 of the provider alone and of the gateway in front of it, in milliseconds. */
  alone: number;
  through: number;
  burstSeconds: number;
  connections: ConnectionCounts;
}

interface Sizes {
  warmUp: number;
  singles: number;
  burst: number;
}

/** Users without a session, each used once, because a user with an open session resumes it. */
interface Newcomers {
  next(count: number): Promise<string[]>;
}

export const startVerification: Measure = {
  name: 'start-verification',
  kind: 'quick',
  async run(stage) {
    const sizes = stage.isShort
      ? { warmUp: 50, singles: 15, burst: 200 }
      : { warmUp: 100, singles: 60, burst: 500 };
    const provider = await startSlowProvider(PROVIDER_MS);
    try {
      return linesOf(await measure(stage, provider, sizes), sizes);
    } finally {
      await provider.close();
    }
  },
};

async function measure(stage: Stage, provider: SlowProvider, sizes: Sizes): Promise<Round[]> {
  const { warmUp, singles, burst } = sizes;
  const users = warmUp + stage.rounds * (singles + burst);
  const database = await stage.databases.create({ sessions: 0, users });
  const gateway = await stage.startGateway(database, {
    PERSONA_API_URL: provider.apiUrl,
    // All users have the IP address of the load generator.
    RATE_LIMIT_START_ADDRESS: '100000/600',
  });
  const newcomers = newcomersOf(stage);
  await startAtOnce(gateway.url, await newcomers.next(warmUp));
  const rounds: Round[] = [];
  for (let round = 0; round < stage.rounds; round += 1) {
    stage.progress(`round ${round + 1} of ${stage.rounds}: ${singles} users one after the other`);
    const latencies = await compare(gateway.url, provider, await newcomers.next(singles));
    stage.progress(`round ${round + 1} of ${stage.rounds}: ${burst} users at once`);
    const tokens = await newcomers.next(burst);
    const watch = watchConnections(database);
    const burstSeconds = await startAtOnce(gateway.url, tokens).finally(() => watch.stop());
    rounds.push({ ...latencies, burstSeconds, connections: watch.most });
  }
  await requireAllOpened(database, users);
  return rounds;
}

/** Measures both in turns, so that other load on the machine slows both equally. */
async function compare(
  gatewayUrl: string,
  provider: SlowProvider,
  tokens: readonly string[],
): Promise<{ alone: number; through: number }> {
  const { origin, pathname } = new URL(`${provider.apiUrl}/inquiries`);
  const toProvider = new Client(origin);
  const toGateway = new Client(gatewayUrl);
  const alone: number[] = [];
  const through: number[] = [];
  try {
    // The first request also opens the connection.
    await timed(toProvider, inquiryFor(pathname));
    for (const token of tokens) {
      alone.push(await timed(toProvider, inquiryFor(pathname)));
      through.push(await timed(toGateway, startOf(token)));
    }
  } finally {
    await Promise.all([toProvider.close(), toGateway.close()]);
  }
  return { alone: median(alone), through: median(through) };
}

async function timed(client: Client, { method, path, headers, body }: PreparedRequest): Promise<number> {
  const startedAt = performance.now();
  const answer = await client.request({ method, path, headers, ...(body && { body }) });
  await answer.body.text();
  if (answer.statusCode !== 201) throw new Error(`${path} was answered ${answer.statusCode}, not 201`);
  return performance.now() - startedAt;
}

/** The request that the gateway sends to Persona. */
function inquiryFor(path: string): PreparedRequest {
  const day = 86_400;
  const body = JSON.stringify({
    data: {
      attributes: {
        'inquiry-template-id': 'itmpl_bench',
        'redirect-uri': 'https://app.example.com/kyc/return',
      },
    },
    meta: {
      'auto-create-account': true,
      'auto-create-account-reference-id': randomUUID(),
      'auto-create-inquiry-session': true,
      'auto-create-one-time-link': true,
      'expiration-after-create-interval-seconds': day,
      'expiration-after-start-interval-seconds': day,
      'expiration-after-resume-interval-seconds': day,
    },
  });
  const headers = {
    authorization: 'Bearer persona_sandbox_bench',
    accept: 'application/json',
    'persona-version': '2025-12-08',
    'key-inflection': 'kebab',
    'content-type': 'application/json',
    'idempotency-key': randomUUID(),
  };
  return { method: 'POST', path, headers, body: Buffer.from(body), eventKey: null };
}

async function startAtOnce(url: string, tokens: readonly string[]): Promise<number> {
  const { statuses, seconds } = await generateLoad({
    how: 'burst',
    url,
    traffic: { kind: 'starts', tokens },
  });
  if (statuses['201'] !== tokens.length) {
    throw new Error(`The gateway answered ${JSON.stringify(statuses)} to ${tokens.length} users at once`);
  }
  return seconds;
}

/** Requires that every user has exactly one session. */
async function requireAllOpened(database: Database, count: number): Promise<void> {
  const [found] = await database.query<{ users: number; sessions: number }>(
    `SELECT count(DISTINCT u.kyc_session_id)::int AS users, (SELECT count(*)::int FROM kyc_sessions) AS sessions
     FROM users u
     JOIN kyc_sessions s ON s.user_id = u.id AND s.provider_session_id = u.kyc_session_id AND s.phase = 'open'
     WHERE u.kyc_status = 'pending'`,
  );
  if (found?.users !== count || found.sessions !== count) {
    throw new Error(
      `${count} users got 201, but ${found?.users} users have a session, and ${found?.sessions} sessions exist`,
    );
  }
}

function newcomersOf({ sandbox }: Stage): Newcomers {
  let last = 0;
  return {
    next: (count) =>
      Promise.all(
        Array.from({ length: count }, () => sandbox.issuer.tokenFor({ sub: userIdOf((last += 1)) })),
      ),
  };
}

function linesOf(rounds: readonly Round[], { singles, burst }: Sizes): Line[] {
  const of = (read: (round: Round) => number) => rounds.map(read);
  const ms = (read: (round: Round) => number) => `${median(of(read)).toFixed(1)} ms`;
  const names = [...new Set(rounds.flatMap(({ connections }) => Object.keys(connections)))].toSorted();
  const most = (name: string) => Math.max(...of(({ connections }) => connections[name] ?? 0));
  return [
    {
      what: `starting: added to a provider that takes ${PROVIDER_MS} ms (p50)`,
      values: of(({ alone, through }) => through - alone),
      unit: 'ms',
      goal: { atMost: 5 },
      detail: `${ms(({ through }) => through)} against ${ms(({ alone }) => alone)}, ${singles} one after the other`,
    },
    {
      what: `starting: until ${burst} users at once are all answered`,
      values: of(({ burstSeconds }) => burstSeconds),
      unit: 's',
      goal: { atMost: 1 },
      detail: `each 201, at a provider that takes ${PROVIDER_MS} ms`,
    },
    {
      what: 'starting: connections to the database meanwhile',
      values: of(({ connections }) => connections[POOL] ?? Number.NaN),
      unit: 'connections',
      goal: { atMost: 10 },
      detail: `most of each: ${names.map((name) => `${name} ${most(name)}`).join(', ')}`,
    },
  ];
}
