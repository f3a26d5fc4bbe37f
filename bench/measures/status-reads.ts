import { generateLoad } from '../load/load-generator.ts';
import type { Program } from '../surroundings/program.ts';
import type { Stage } from '../surroundings/stage.ts';
import { sessionIdOf, userIdOf } from '../webhooks.ts';
import { requireAllAnswered } from './answers.ts';
import type { Measure } from './measure.ts';
import { type Contender, inTurns, perSecond, ratios } from './turns.ts';

const CONNECTIONS = 64;
const USERS = 500;

/** The request of every page load: a token to verify and rows to read. */
export const statusReads: Measure = {
  name: 'status-reads',
  kind: 'check',
  async run(stage) {
    const count = stage.isShort ? 2_500 : 10_000;
    // Both programs read the same rows of the same database.
    const database = await stage.databases.create({ sessions: USERS });
    const tokens = await tokensOf(stage);
    const contender = async (name: string, program: Program): Promise<Contender<number>> => {
      await requireOwnStatus(name, program, tokens);
      return { name, turn: () => read(name, program, tokens, count) };
    };
    const [ours = [], theirs = []] = await inTurns(stage, [
      await contender('gateway', await stage.startGateway(database)),
      await contender('bare-status', await stage.startBaseline('bare-status', database)),
    ]);
    stage.record('statuses read per second', { gateway: ours, 'bare-status': theirs });
    return [
      {
        what: `statuses read/s at ${CONNECTIONS} connections, against Fastify + jose + pg`,
        values: ratios(ours, theirs),
        unit: '×',
        goal: { atLeast: 0.7 },
        detail: `${perSecond(ours)} against ${perSecond(theirs)}`,
      },
    ];
  },
};

async function tokensOf({ sandbox }: Stage): Promise<string[]> {
  const tokens = Array.from({ length: USERS }, (_, index) =>
    sandbox.issuer.tokenFor({ sub: userIdOf(index + 1), email: `user-${index + 1}@users.example.com` }),
  );
  return Promise.all(tokens);
}

/** Checks the body before the load, because only status codes are checked under load. */
async function requireOwnStatus(name: string, { url }: Program, tokens: readonly string[]): Promise<void> {
  const answer = await fetch(`${url}/api/kyc/status`, {
    headers: { authorization: `Bearer ${tokens.at(-1)}` },
  });
  const body = await answer.text();
  if (answer.status !== 200 || !body.includes(`"${sessionIdOf(tokens.length)}"`)) {
    throw new Error(`${name} answered ${answer.status} to a status request: ${body}`);
  }
}

async function read(
  name: string,
  { url }: Program,
  tokens: readonly string[],
  count: number,
): Promise<number> {
  const report = await generateLoad({
    how: 'saturate',
    url,
    connections: CONNECTIONS,
    traffic: { kind: 'status', tokens, count },
  });
  requireAllAnswered(name, report, '200', count);
  return count / report.seconds;
}
