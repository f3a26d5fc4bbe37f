import { randomUUID } from 'node:crypto';
import {
  type Decision,
  type Outcome,
  type ProviderName,
  startSandbox,
} from '../../packages/sandbox/sandbox.ts';
import { ReconciliationService } from '../../src/kyc/reconciliation/reconciliation.service.ts';
import { Tracing } from '../../src/tracing/tracing.ts';
import { type Collector, startCollector } from './collector.ts';
import { eventually } from './eventually.ts';
import { type Answer, startGateway, type TestGateway, type User, WEBHOOK_PATH } from './gateway.ts';
import { MARK, marked, openMarker } from './canary-text.ts';
import { openRawMailbox, type RawMailbox } from './raw-mailbox.ts';
import { HARNESSES, harnessOf } from '../contracts/harnesses.ts';
import { PROVIDERS } from '../../packages/sandbox/providers.ts';

const SIGNATURE_HEADERS = Object.values(PROVIDERS).map(({ signatureHeader }) => signatureHeader);

const ORDER = ['start', 'submit', 'resubmit', 'review', 'decline', 'fail', 'approve'] as const;

/** Every event type that the provider can send, in a plausible order. */
function decisionsOf(provider: ProviderName): Decision[] {
  const { decisions } = harnessOf(provider);
  const made = new Set(
    decisions.filter(({ isSilent }) => isSilent !== true).map(({ decision }) => decision.outcome),
  );
  return inTurn(...ORDER.filter((outcome) => made.has(outcome)));
}

/** Headers of tracing into which a caller can write anything. */
const TRACING_MARKS = {
  traceparent: `00-${MARK}`,
  tracestate: `vendor=${MARK}`,
  baggage: `userId=${MARK}`,
};

/** The places to search for the planted text. */
export interface CanaryRun {
  gateway: TestGateway;
  mailbox: RawMailbox;
  /** Has received every span. */
  collector: Collector;
  users: readonly User[];
  /** All responses except those that create or resume a session. */
  answers: readonly Answer[];
  /** Links and tokens that only their own user may receive. */
  secrets: readonly string[];
  close(): Promise<void>;
}

/**
 * Runs every situation at one provider, successful and failing, with marks in every field that a provider or
 * caller can fill.
 */
export async function runEverySituation(provider: ProviderName): Promise<CanaryRun> {
  const users: User[] = [];
  const answers: Answer[] = [];
  const secrets: string[] = [];
  const mailbox = await openRawMailbox();
  const collector = await startCollector();
  const sandbox = await startSandbox();
  const marker = await openMarker(sandbox.url);
  const urls = HARNESSES.map(({ apiUrlVariable: name }) => [
    name,
    (sandbox.environment[name] ?? '').replace(sandbox.url, marker.url),
  ]);
  const others = {
    SMTP_URL: mailbox.url,
    LOG_LEVEL: 'trace',
    RATE_LIMIT_START_USER: '6/600',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  };
  const environment = { ...Object.fromEntries(urls), ...others };
  const gateway = await startGateway({ provider, sandbox, environment });
  sandbox.deliverTo(gateway.url + WEBHOOK_PATH);

  const emulator = () => sandbox[provider];
  const keep = (answer: Answer) => (answers.push(answer), answer);
  const newUser = async () => {
    const user = await gateway.createUser();
    users.push(user);
    return user;
  };

  const start = async (user: User, headers: Record<string, string> = {}) => {
    const marks = { 'x-remark': MARK, cookie: `a=${MARK}`, ...TRACING_MARKS };
    const answer = await gateway.start(user, {}, { ...marks, ...headers });
    if (answer.status >= 400) return keep(answer);
    secrets.push(
      ...[answer.body['session_url'], answer.body['sdk_token']].filter((text) => typeof text === 'string'),
    );
    return answer;
  };

  /** Posts a body with a valid signature and with marks in the URL and the headers. */
  const deliver = async (body: string, headers: Record<string, string> = emulator().sign(body)) => {
    const response = await fetch(`${gateway.url}${WEBHOOK_PATH}?note=${MARK}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': MARK,
        'x-forwarded-for': MARK,
        ...TRACING_MARKS,
        ...headers,
      },
      body,
    });
    return keep({
      status: response.status,
      headers: response.headers,
      body: (await response.json()) as Answer['body'],
    });
  };

  async function deliverAll(sessionId: string, decisions: readonly Decision[]): Promise<void> {
    for (const [minute, decision] of decisions.entries()) {
      const at = new Date(Date.now() + minute * 60_000);
      // A provider with fixed reasons rejects the mark.
      const body =
        decision.outcome === 'decline'
          ? (webhookOf(sessionId, { ...decision, reason: MARK }, at) ?? webhookOf(sessionId, decision, at))
          : webhookOf(sessionId, decision, at);
      if (body !== null) expect(await deliver(marked(body))).toMatchObject({ status: 200 });
    }
  }

  /** Returns null if the provider has no such webhook. */
  function webhookOf(sessionId: string, decision: Decision, at: Date): string | null {
    try {
      return emulator().webhookFor(sessionId, decision, { at }).body.toString();
    } catch {
      return null;
    }
  }

  async function verify(): Promise<void> {
    const user = await newUser();
    const key = { 'idempotency-key': randomUUID() };
    const { body } = await start(user, key);
    await start(user, key);
    await start(user);
    await deliverAll(String(body['session_id']), decisionsOf(provider));
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
    expect(await start(user)).toMatchObject({ status: 409 });
    await gateway.status(user).then(keep);
  }

  async function endWithout(outcome: Outcome): Promise<void> {
    const user = await newUser();
    const { body } = await start(user);
    await deliverAll(String(body['session_id']), inTurn(outcome));
    await start(user);
  }

  async function lookUpAndReconcile(): Promise<void> {
    const user = await newUser();
    const sessionId = String((await start(user)).body['session_id']);
    const announced = harnessOf(provider).announcements.find(({ outcome }) => outcome === 'in_review');
    if (announced !== undefined) {
      await deliver(marked(announced.webhookFor(sandbox, sessionId).body.toString()));
      await eventually(async () => ((await gateway.events(sessionId)).length > 0 ? true : undefined));
    }
    // The provider has decided, but its webhook is not delivered.
    emulator().webhookFor(sessionId, { outcome: 'decline' });
    const done = await gateway.app.get(ReconciliationService).reconcile({ kind: 'user', userId: user.id });
    expect(done).toMatchObject([{ provider, result: 'moved' }]);
  }

  async function failAtTheProvider(): Promise<void> {
    const body = JSON.stringify({ errors: [{ title: MARK, details: MARK }], message: MARK, [MARK]: MARK });
    const headers = { 'retry-after': '1', 'x-remark': MARK };
    const strange = [
      body,
      `<html>${MARK}`,
      `"${MARK}"`,
      `[${body}]`,
      `{"data":${body},"verification":${body}}`,
    ];
    const misbehaviors = [
      ...[400, 401, 404, 422, 429, 500].map((status) => ({ status, body })),
      ...strange.map((text) => ({ status: 200, body: text })),
    ];
    for (const how of misbehaviors) {
      emulator().misbehave({ ...how, headers, times: 2 });
      expect((await start(await newUser())).status).toBeGreaterThanOrEqual(502);
      // Resets the count of failures. Five failures in a row open the circuit breaker.
      emulator().behave();
      expect((await start(await newUser())).status).toBe(201);
    }
  }

  async function misdeliver(user: User): Promise<void> {
    const sessionId = String((await start(user)).body['session_id']);
    const good = webhookOf(sessionId, { outcome: 'approve' }, new Date()) ?? '';
    const ids = 'id status name action vendorData reference-id customer_user_id created-at'.split(' ');
    const broken = ids.map((name) =>
      good.replaceAll(new RegExp(`"${name}": ?"[^"]*"`, 'g'), `"${name}":{"${MARK}":"${MARK}"}`),
    );
    const unreadable = [
      `{"${MARK}`,
      `"${MARK}"`,
      `{"${MARK}":1}`,
      good.replaceAll(sessionId, `\\u0000${MARK}`),
    ];
    for (const body of [...broken, ...unreadable]) await deliver(body);
    const foreign = webhookOf(sessionId, { outcome: 'decline' }, new Date()) ?? '';
    await deliver(marked(foreign.replaceAll(user.id, randomUUID())));
    await deliver(marked(good.replaceAll('approved', 'invented')));
    await deliver(marked(good), {});
    const names = Object.keys(emulator().sign(good)).filter((name) => name !== 'content-type');
    for (const name of names) await deliver(marked(good), { ...emulator().sign(good), [name]: MARK });
    await deliver(marked(good), Object.fromEntries(SIGNATURE_HEADERS.map((name) => [name, MARK])));
  }

  async function askWrongly(): Promise<void> {
    const [user] = users;
    const { tokenFor } = sandbox.issuer;
    const extra = await tokenFor({ sub: user?.id ?? '', email: user?.email ?? '' }, { scope: MARK });
    await gateway.status({ token: extra }).then(keep);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    for (const token of [
      MARK,
      `${MARK}.${MARK}.${MARK}`,
      `${part({ alg: 'ES256', crit: [MARK], [MARK]: 1 })}.${extra.split('.').slice(1).join('.')}`,
      `${part({ alg: MARK, kid: MARK })}.${part({ sub: MARK })}.AAAA`,
      await tokenFor({ sub: MARK }),
    ]) {
      await gateway.status({ token }).then(keep);
    }
    for (const body of [
      { [MARK]: 1 },
      { redirect_url: `https://${MARK}.example` },
      { redirect_url: { [MARK]: MARK } },
      [MARK],
      MARK,
    ]) {
      await gateway.start(user ?? { token: '' }, body).then(keep);
    }
    for (const path of [`/nothing?a=${MARK}`, `/?a=${MARK}`, `/api/kyc/status?a=${MARK}`, `/%zz?a=${MARK}`]) {
      const response = await fetch(gateway.url + path, {
        headers: { origin: `https://${MARK}`, 'x-request-id': `${MARK} or not` },
      });
      keep({ status: response.status, headers: response.headers, body: { text: await response.text() } });
    }
  }

  const isMailed = async () =>
    mailbox.mails().some(({ to }) => to.includes(users[0]?.email ?? '')) || undefined;

  await verify();
  await endWithout('abandon');
  await endWithout('expire');
  await lookUpAndReconcile();
  await misdeliver(await newUser());
  await askWrongly();
  await failAtTheProvider();
  await eventually(isMailed);
  await eventually(async () => {
    await gateway.app.get(Tracing).flush();
    return collector.spans().some(({ name }) => name === 'send mail') || undefined;
  });
  return {
    gateway,
    mailbox,
    collector,
    users,
    answers,
    secrets,
    close: async () => {
      await gateway.close();
      await Promise.all([marker.close(), mailbox.close(), sandbox.close(), collector.close()]);
    },
  };
}

function inTurn(...outcomes: Outcome[]): Decision[] {
  return outcomes.map((outcome) => ({ outcome }) as Decision);
}
