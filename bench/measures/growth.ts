import { generateLoad } from '../load/load-generator.ts';
import type { Database } from '../surroundings/databases.ts';
import type { Stage } from '../surroundings/stage.ts';
import { mailAddressOf, userIdOf, type Users } from '../webhooks.ts';
import { requireAllAnswered } from './answers.ts';
import { requireAllDurable } from './durability.ts';
import type { Line, Measure } from './measure.ts';
import { type Contender, inTurns, perSecond, ratios } from './turns.ts';

const CONNECTIONS = 64;
/** The ledger contains four events of each user before the measurement. */
const LARGE = 5_000_000;
const SHORT_LARGE = LARGE / 100;
/** A turn decides every user in it, so each turn has a new database. */
const SMALL = 10_000;
const SHORT_SMALL = 1_000;
/** The share of each turn that warms up the gateway and is not measured. */
const WARM_UP = 0.2;
/** A prime step size visits all users in an order that caches cannot predict. */
const STEP = 1_299_709;

interface Sizes {
  large: number;
  small: number;
}

interface Turn {
  webhooks: number;
  statuses: number;
}

/** The cost of a large ledger: the same requests for users far apart in a large and in a small database. */
export const growth: Measure = {
  name: 'growth',
  kind: 'full',
  async run(stage) {
    const sizes = stage.isShort ? { large: SHORT_LARGE, small: SHORT_SMALL } : { large: LARGE, small: SMALL };
    await stage.mail.hold();
    const [large = [], small = []] = await inTurns(stage, [
      await largeContender(stage, sizes),
      await smallContender(stage, sizes.small),
    ]);
    await stage.mail.release();
    stage.record('growth', { large, small });
    return linesOf(large, small, sizes);
  },
};

async function largeContender(stage: Stage, { large, small }: Sizes): Promise<Contender<Turn>> {
  const database = await stage.databases.create({
    sessions: large,
    hasLongHistory: true,
    progress: stage.progress,
  });
  const tokens = await tokensOf(stage, large, small);
  const stride = Math.floor(large / small);
  const shift = Math.floor(stride / (stage.rounds + 1));
  let from = 1 - shift;
  return {
    name: `${large.toLocaleString('en')} users`,
    turn: () => turn(stage, database, { from: (from += shift), count: small, stride }, tokens),
  };
}

async function smallContender(stage: Stage, small: number): Promise<Contender<Turn>> {
  const tokens = await tokensOf(stage, small, small);
  return {
    name: `${small.toLocaleString('en')} users`,
    async turn() {
      const database = await stage.databases.create({ sessions: small, hasLongHistory: true });
      const result = await turn(stage, database, { from: 1, count: small, stride: 1 }, tokens);
      await database.drop();
      return result;
    },
  };
}

function tokensOf({ sandbox }: Stage, total: number, count: number): Promise<string[]> {
  const numbers = Array.from({ length: count }, (_, index) => 1 + ((index * STEP) % total));
  return Promise.all(
    numbers.map((number) => sandbox.issuer.tokenFor({ sub: userIdOf(number), email: mailAddressOf(number) })),
  );
}

/** Each turn starts a gateway. A small database is used for one turn only, and both gateways must be equally warm. */
async function turn(
  stage: Stage,
  database: Database,
  { from, count, stride }: Required<Users>,
  tokens: readonly string[],
): Promise<Turn> {
  const warmUp = count * WARM_UP;
  const gateway = await stage.startGateway(database);
  const decide = async (users: Users) => {
    const traffic = { kind: 'approvals', secret: stage.webhookSecret, users } as const;
    const load = { how: 'saturate', url: gateway.url, connections: CONNECTIONS, traffic } as const;
    const report = await generateLoad(load);
    await requireAllDurable('gateway', report, users.count, database, users);
    return users.count / report.seconds;
  };
  const read = async (some: readonly string[]) => {
    const traffic = { kind: 'status', tokens: some, count: some.length } as const;
    const load = { how: 'saturate', url: gateway.url, connections: CONNECTIONS, traffic } as const;
    const report = await generateLoad(load);
    requireAllAnswered('gateway', report, '200', some.length);
    return some.length / report.seconds;
  };
  await decide({ from, count: warmUp, stride });
  const webhooks = await decide({ from: from + warmUp * stride, count: count - warmUp, stride });
  await read(tokens.slice(0, warmUp));
  const statuses = await read(tokens.slice(warmUp));
  await gateway.stop();
  return { webhooks, statuses };
}

function linesOf(large: readonly Turn[], small: readonly Turn[], sizes: Sizes): Line[] {
  const line = (what: string, read: (turn: Turn) => number): Line => {
    const many = large.map(read);
    const few = small.map(read);
    return {
      what: `${what} at ${CONNECTIONS} connections with ${sizes.large.toLocaleString('en')} users, against ${sizes.small.toLocaleString('en')}`,
      values: ratios(many, few),
      unit: '×',
      goal: { atLeast: 0.85 },
      detail: `${perSecond(many)} against ${perSecond(few)}; the ledger holds four events of each`,
    };
  };
  return [
    line('webhooks/s', ({ webhooks }) => webhooks),
    line('statuses read/s', ({ statuses }) => statuses),
  ];
}
