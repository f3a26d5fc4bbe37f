import { readFileSync } from 'node:fs';
import type { Registry } from 'prom-client';
import { Metrics } from '../../src/metrics/metrics.ts';
import { ALERTS } from '../support/alerts.ts';
import { startGateway, type TestGateway } from '../support/gateway.ts';
import { parseExpression, parseScrape } from '../support/promql.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const operations = read('docs/operations.md');

interface Dashboard {
  readonly panels: readonly {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }[];
}
const { panels } = JSON.parse(read('deploy/monitoring/dashboard.json')) as Dashboard;

const expressions = [
  ...ALERTS.map(({ alert, expr }) => [`the alert ${alert}`, expr] as const),
  ...panels.flatMap(({ title, targets }) =>
    targets.map(({ expr }) => [`the panel “${title}”`, expr] as const),
  ),
];
/** Prometheus adds it to every series. */
const ADDED = 'instance';
const SUFFIXES = /_(bucket|count|sum)$/;

let gateway: TestGateway;
/** The labels of every metric, with `le` for a histogram. */
let metrics: ReadonlyMap<string, readonly string[]>;

beforeAll(async () => {
  gateway = await startGateway({ provider: 'persona' });
  const { registry } = gateway.app.get(Metrics) as unknown as { registry: Registry };
  const all = registry.getMetricsAsArray() as unknown as {
    name: string;
    type: string;
    labelNames: string[];
  }[];
  metrics = new Map(
    all.map(({ name, type, labelNames }) => [
      name,
      type === 'histogram' ? [...labelNames, 'le'] : labelNames,
    ]),
  );
});
afterAll(() => gateway.close());

const scrape = async () => parseScrape(await (await fetch(`${gateway.url}/metrics`)).text());
/** The alerts that become true by `cause`. */
async function firedBy(cause: () => unknown): Promise<string[]> {
  const before = await scrape();
  await cause();
  const now = await scrape();
  const fired = ALERTS.filter(({ expr }) => parseExpression(expr).evaluate(before, now).length > 0);
  return fired.map(({ alert }) => alert);
}

describe('The expression of', () => {
  it.each(expressions)('%s uses metrics and labels that the gateway has: %s', (_, text) => {
    const { selectors, groupings } = parseExpression(text);
    expect(selectors.length).toBeGreaterThan(0);
    for (const { metric, matchers } of selectors) {
      const labels = metrics.get(metric) ?? metrics.get(metric.replace(SUFFIXES, ''));
      expect([metric, labels]).toEqual([metric, expect.any(Array)]);
      const used = [...matchers.map(({ label }) => label), ...groupings];
      expect(used.filter((label) => label !== ADDED && !labels?.includes(label))).toEqual([]);
    }
  });
});

describe('A counter that an alert uses', () => {
  // The part after `unless` ends an alert, and the first occurrence need not do that.
  const causes = ALERTS.map(({ alert, expr }) => ({ alert, expr: expr.split('unless')[0] ?? '' }));
  const counters = causes.filter(({ expr }) => expr.includes('increase('));
  it.each(counters)('is in the first scrape, so that $alert sees the first increase', async ({ expr }) => {
    gateway.app.get(Metrics).addSecretFile('SMTP_URL');
    const now = await scrape();
    // The condition is false, and its parts have series.
    for (const [selector] of expr.matchAll(/kyc_\w+\{[^}]*\}/g)) {
      expect(
        parseExpression(selector)
          .evaluate(now, now)
          .map(({ value }) => value),
      ).toContain(0);
    }
  });
});

describe('An alert about refused starts', () => {
  it('is caused by one start that the only provider refuses', async () => {
    gateway.sandbox.persona.misbehave({ status: 401 });
    const user = await gateway.createUser();
    expect(await firedBy(() => gateway.start(user))).toEqual(['KycProviderRefusesStarts']);
    gateway.sandbox.persona.behave();
  });

  it('is not caused by the start of a user who is verified', async () => {
    const { user, sessionId } = await gateway.openSession();
    await gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' });
    const fired = await firedBy(async () => expect((await gateway.start(user)).status).toBe(409));
    expect(fired).toEqual([]);
  });
});

describe('An alert about webhooks', () => {
  const forge = async () => {
    const { sessionId } = await gateway.openSession();
    const { headers } = gateway.sandbox.persona.webhookFor(sessionId, { outcome: 'approve' });
    expect((await gateway.deliver({ headers, body: '{}' })).status).toBe(401);
  };

  it('is caused by a forged webhook if no other one is accepted', async () => {
    expect(await firedBy(forge)).toEqual(['KycSignaturesInvalid']);
  });

  it('is not caused by a forged webhook if another one is accepted', async () => {
    const fired = await firedBy(async () => {
      await forge();
      const { sessionId } = await gateway.openSession();
      await gateway.sandbox.persona.decide(sessionId, { outcome: 'approve' });
    });
    expect(fired).toEqual([]);
  });

  it('is caused by a webhook that cannot be verified', async () => {
    const fired = await firedBy(() => gateway.app.get(Metrics).delivered('persona', 'not_verifiable'));
    expect(fired).toEqual(['KycWebhooksNotStored']);
  });
});

describe('An alert about late mails', () => {
  const late = { labels: { queue: 'notification', state: 'retrying' }, value: 1_000 };
  const sent = (value: number) => ({ labels: { subject: 'verified', result: 'sent' }, value });
  const { expr = '' } = ALERTS.find(({ alert }) => alert === 'KycNotificationsLate') ?? {};
  const fires = (value: number) => {
    const at = (count: number) =>
      new Map([
        ['kyc_oldest_job_seconds', [late]],
        ['kyc_mails_total', [sent(count)]],
      ]);
    return parseExpression(expr).evaluate(at(0), at(value)).length > 0;
  };

  it('is caused by a mail that keeps failing if no other mail is sent', () => {
    expect([fires(0), fires(1)]).toEqual([true, false]);
  });
});

describe('Each alert', () => {
  it.each(ALERTS)(
    '$alert has a summary, a severity and a section that says what to do',
    ({ alert, ...rest }) => {
      const { summary, runbook_url: url } = rest.annotations;
      expect(summary).toBeTruthy();
      expect(rest.labels['severity']).toMatch(/^(critical|warning)$/);
      expect(url).toMatch(new RegExp(`/docs/operations\\.md#${alert.toLowerCase()}$`));
      expect(operations).toMatch(new RegExp(`^### ${alert}\\n\\n\\S`, 'm'));
    },
  );

  it('is in operations.md, and no other one is', () => {
    const sections = [...operations.matchAll(/^### (Kyc\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(ALERTS.map(({ alert }) => alert));
  });
});

describe('The table of metrics in operations.md', () => {
  it('lists every metric with its labels', () => {
    const section = /^## Metrics\n([^]*?)^## /m.exec(operations)?.[1] ?? '';
    const rows = [...section.matchAll(/^\| `(kyc_\w+)` +\| ([^|]*)\|/gm)].map(
      ([, name = '', labels = '']) =>
        [name, [...labels.matchAll(/`(\w+)`/g)].map(([, label]) => label)] as const,
    );
    const own = [...metrics].filter(([name]) => name.startsWith('kyc_'));
    expect(Object.fromEntries(rows)).toEqual(
      Object.fromEntries(own.map(([name, labels]) => [name, labels.filter((label) => label !== 'le')])),
    );
  });
});
