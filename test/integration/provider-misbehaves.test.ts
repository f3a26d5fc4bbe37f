import { type ProviderName, type Sandbox, startSandbox } from '../../packages/sandbox/sandbox.ts';
import {
  answerForEver,
  answerHalf,
  answerWith,
  type BrokenProvider,
  CANARY,
  type Fault,
  disconnect,
  neverAnswer,
  openBrokenProvider,
  openUntrustedProvider,
} from '../support/broken-provider.ts';
import { type Answer, startGateway, type TestGateway, type User } from '../support/gateway.ts';
import { HARNESSES, harnessOf } from '../contracts/harnesses.ts';

interface Case {
  name: string;
  fault: Fault;
  status?: number;
  retryAfter?: string;
  /**
   * The idempotency key of the second create, at a provider with keys. Without a value there is no second create. The
   * other providers never get one.
   */
  secondKey?: 'same' | 'another';
  /** The provider may have created a session, so the attempt counts. */
  mayExist?: true;
}

const IN_TIME_MS = 6_000;
/** A start limits all calls to a provider to 12 s. The rest is for a loaded machine. */
const SILENT_IN_TIME_MS = 16_000;

const remark = JSON.stringify({ remark: CANARY, id: CANARY, data: { id: CANARY } });
/** A path on the same server, so that the test notices a client that follows the redirect. */
const ELSEWHERE = `/${CANARY}`;

const CASES: readonly Case[] = [
  { name: 'hangs up', fault: disconnect, secondKey: 'same', mayExist: true },
  { name: 'answers half', fault: answerHalf, secondKey: 'same', mayExist: true },
  { name: 'answers for ever', fault: answerForEver, secondKey: 'same', mayExist: true },
  { name: 'answers no JSON', fault: answerWith(201, `{"${CANARY}`), mayExist: true },
  { name: 'answers JSON of another shape', fault: answerWith(201, remark), mayExist: true },
  { name: 'answers 500', fault: answerWith(500, remark), secondKey: 'another' },
  {
    name: 'answers 429 with a hint',
    fault: answerWith(429, remark, { 'retry-after': '7' }),
    retryAfter: '7',
  },
  { name: 'answers 429 without a hint', fault: answerWith(429, remark) },
  { name: 'answers 307', fault: answerWith(307, remark, { location: ELSEWHERE }) },
  { name: 'answers 403', fault: answerWith(403, remark), status: 502 },
];

let sandbox: Sandbox;
const gateways = new Map<ProviderName, TestGateway>();
const brokens = new Map<ProviderName, BrokenProvider>();

beforeAll(async () => {
  sandbox = await startSandbox();
  for (const { name, apiUrlVariable: variable, createPath } of HARNESSES) {
    const apiPath = new URL(sandbox.environment[variable] ?? '').pathname;
    const broken = await openBrokenProvider(sandbox.url, apiPath + createPath);
    brokens.set(name, broken);
    gateways.set(name, await gatewayFor(name, { [variable]: broken.url + apiPath }));
  }
});
afterAll(async () => {
  for (const gateway of gateways.values()) await gateway.close();
  for (const broken of brokens.values()) await broken.close();
  await sandbox.close();
});

describe.each(HARNESSES)('$name', ({ name, apiUrlVariable: variable }) => {
  it.each(CASES)(
    'answers for a provider that $name, and works again once the provider recovers',
    async (broken) => {
      const { gateway, provider, user } = await benchOf(name);
      provider.breakWith(broken.fault);
      const answer = await startWithin(IN_TIME_MS, gateway, user);
      expectCreates(name, provider, broken.secondKey);
      expectToldNothing(gateway, answer, broken);
      await expectAttemptsLeft(gateway, user, broken.mayExist ? 2 : 3);

      await provider.recover();
      await expectStarts(name, gateway, user);
    },
  );

  it('answers for a provider that refuses connections, and works again once the provider is back', async () => {
    const { gateway, provider, user } = await benchOf(name);
    await provider.stopListening();
    expectToldNothing(gateway, await startWithin(IN_TIME_MS, gateway, user));
    await expectAttemptsLeft(gateway, user, 3);

    await provider.recover();
    await expectStarts(name, gateway, user);
  });

  it('sends nothing to a provider with a self-signed certificate', async () => {
    const well = await benchOf(name);
    const impostor = await openUntrustedProvider();
    const { databaseUrl } = well.gateway;
    const gateway = await gatewayFor(name, { [variable]: `${impostor.url}/v1` }, databaseUrl);
    try {
      expectToldNothing(gateway, await startWithin(IN_TIME_MS, gateway, well.user));
      expect(impostor.calls()).toEqual([]);
      await expectAttemptsLeft(gateway, well.user, 3);
    } finally {
      await gateway.close();
      await impostor.close();
    }
    await expectStarts(name, well.gateway, well.user);
  });
});

it('stops waiting for a provider that never answers, for all providers', async () => {
  await Promise.all(
    HARNESSES.map(async ({ name }) => {
      const { gateway, provider, user } = await benchOf(name);
      provider.breakWith(neverAnswer);
      const answer = await startWithin(SILENT_IN_TIME_MS, gateway, user);
      expectCreates(name, provider, 'same');
      expectToldNothing(gateway, answer);
      await expectAttemptsLeft(gateway, user, 2);

      await provider.recover();
      await expectStarts(name, gateway, user);
    }),
  );
});

async function gatewayFor(
  provider: ProviderName,
  environment: Record<string, string>,
  databaseUrl?: string,
): Promise<TestGateway> {
  const gateway = await startGateway({
    provider,
    sandbox,
    ...(databaseUrl !== undefined && { databaseUrl }),
    environment: {
      KYC_MAX_ATTEMPTS: '3',
      RATE_LIMIT_START_ADDRESS: '10000/600',
      ...environment,
    },
  });
  // Reconciliation also continues interrupted starts once a minute. Here only the next start may do so.
  await gateway.database.query('DELETE FROM kyc_jobs.schedule');
  return gateway;
}

async function benchOf(
  name: ProviderName,
): Promise<{ gateway: TestGateway; provider: BrokenProvider; user: User }> {
  const gateway = gateways.get(name);
  const provider = brokens.get(name);
  if (gateway === undefined || provider === undefined) throw new Error(`nothing was set up for ${name}`);
  return { gateway, provider, user: await gateway.createUser() };
}

async function startWithin(limitMs: number, gateway: TestGateway, user: User): Promise<Answer> {
  const startedAt = performance.now();
  const answer = await gateway.start(user);
  expect(performance.now() - startedAt).toBeLessThan(limitMs);
  return answer;
}

function expectCreates(name: ProviderName, provider: BrokenProvider, secondKey: Case['secondKey']): void {
  expect(provider.calls().map(({ path }) => path)).not.toContain(ELSEWHERE);
  const keys = provider.creates().map(({ headers }) => headers['idempotency-key']);
  if (harnessOf(name).idempotency === null) return expect(keys).toEqual([undefined]);
  expect(keys).toHaveLength(secondKey === undefined ? 1 : 2);
  expect(new Set(keys).size).toBe(secondKey === 'another' ? 2 : 1);
  expect(keys).not.toContain(undefined);
}

/** Expects a documented problem. Neither the problem nor the log may contain the provider's response. */
function expectToldNothing(
  gateway: TestGateway,
  { status, headers, body }: Answer,
  { status: expected = 503, retryAfter }: Partial<Case> = {},
): void {
  const code = expected === 503 ? 'provider.unavailable' : 'provider.refused';
  expect({ status, body }).toMatchObject({ status: expected, body: { status: expected, code } });
  expect(headers.get('content-type')).toContain('application/problem+json');
  if (expected === 503) expect(headers.get('retry-after')).toMatch(/^[1-9]\d{0,3}$/);
  if (retryAfter !== undefined) expect(headers.get('retry-after')).toBe(retryAfter);
  expect(JSON.stringify([...headers, body]) + gateway.logs()).not.toContain(CANARY);
}

async function expectAttemptsLeft(gateway: TestGateway, user: User, left: number): Promise<void> {
  expect((await gateway.status(user)).body).toMatchObject({
    kyc_status: 'not_verified',
    attempts_left: left,
  });
}

async function expectStarts(name: ProviderName, gateway: TestGateway, user: User): Promise<void> {
  const { status, body } = await gateway.start(user);
  const sessions = sandbox[name].sessions().filter(({ reference }) => reference === user.id);
  expect({ status, sessions }).toMatchObject({ status: 201, sessions: [{ id: body['session_id'] }] });
}
