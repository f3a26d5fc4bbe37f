import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import { FORBIDDEN, formsOf } from '../support/canary-text.ts';
import { runEverySituation, type CanaryRun } from '../support/canary-run.ts';

describe.each(PROVIDER_NAMES)(
  'Personal data and secrets planted in %s, its webhooks and requests',
  (provider) => {
    let run: CanaryRun;
    beforeAll(async () => {
      run = await runEverySituation(provider);
    });
    afterAll(() => run.close());

    /** Every column of every table, except the tables of PostgreSQL itself. */
    async function tables(): Promise<Record<string, string>> {
      const names: { name: string }[] = await run.gateway.database.query(
        `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
      );
      const read = async ({ name }: { name: string }) => {
        const [row]: { text: string }[] = await run.gateway.database.query(
          `SELECT coalesce(string_agg(t::text, E'\\n'), '') AS text FROM ${name} t`,
        );
        return [name, row?.text ?? ''] as const;
      };
      return Object.fromEntries(await Promise.all(names.map(read)));
    }

    async function everywhere(): Promise<Record<string, string>> {
      return {
        ...(await tables()),
        logs: run.gateway.logs(),
        spans: run.collector.text(),
        metrics: await (await fetch(`${run.gateway.url}/metrics`)).text(),
        answers: run.answers.map(({ headers, body }) => JSON.stringify([[...headers], body])).join('\n'),
        mails: run.mailbox
          .mails()
          .map(({ text }) => text)
          .join('\n'),
      };
    }

    /** The place of each occurrence, with the surrounding text. */
    async function traces(texts: readonly string[]): Promise<string[]> {
      const places = Object.entries(await everywhere());
      const forms = texts.flatMap(formsOf).map((form) => form.toLowerCase());
      return places.flatMap(([place, content]) =>
        forms.flatMap((form) => {
          const at = content.toLowerCase().indexOf(form);
          return at < 0 ? [] : [`${place}: …${content.slice(Math.max(0, at - 150), at + 100)}…`];
        }),
      );
    }

    it('no log line, span, response, metric, table or mail contains planted personal data', async () => {
      expect(await traces(FORBIDDEN)).toEqual([]);
    });

    it('links, tokens and secrets appear only in the response to their own user', async () => {
      const secrets = Object.entries(run.gateway.sandbox.environment)
        .filter(([name]) => /KEY|SECRETS|TOKEN|TOKENS$/.test(name))
        .flatMap(([, value]) => value.split(','));
      expect(await traces([...secrets, ...run.secrets, ...run.users.map(({ token }) => token)])).toEqual([]);
    });

    it('the search finds planted data where it is expected', async () => {
      expect(run.secrets.length).toBeGreaterThan(3);
      expect((await traces([run.users[0]?.id ?? ''])).length).toBeGreaterThan(5);
      const addresses = run.users.map(({ email }) => email);
      expect((await traces(addresses)).filter((trace) => /^(logs|metrics|answers)/.test(trace))).toEqual([]);
    });

    it('no span contains the id of a user, a session, an attempt or a job', async () => {
      const ids: { id: string }[] = await run.gateway.database.query(
        `SELECT id::text FROM kyc_sessions UNION SELECT provider_session_id FROM kyc_sessions
           WHERE provider_session_id IS NOT NULL UNION SELECT id::text FROM users UNION SELECT id::text FROM kyc_jobs.job`,
      );
      const spans = run.collector.text();
      expect(ids.length).toBeGreaterThan(20);
      expect(ids.filter(({ id }) => spans.includes(id))).toEqual([]);
    });

    it('the spans still record what happened', () => {
      const names = new Set(run.collector.spans().map(({ name }) => name));
      for (const name of [
        'POST /api/webhooks/kyc-status',
        'inbox batch',
        'process notification',
        `${provider} create`,
      ]) {
        expect(names).toContain(name);
      }
    });

    const lines = () =>
      run.gateway
        .logs()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);

    it('the log still records what happened', () => {
      const logged = new Set(lines().flatMap(({ event, code }) => [event, code]));
      for (const name of ['kyc.session_opened', 'kyc.reconciled', 'mail.sent', 'provider.refused']) {
        expect(logged).toContain(name);
      }
    });

    it.each([
      ['signature_refused', { provider, status: 401 }],
      ['delivery_malformed', { provider, status: 400 }],
      ['token_refused', { status: 401 }],
      ['rate_limited', { status: 429 }],
      ['foreign_event', { provider, eventKey: expect.any(String) }],
      ['unknown_word', { provider, eventKey: expect.any(String) }],
    ])('security.%s is logged as a warning once per request, with only the reason', (name, fields) => {
      const warnings = lines().filter(({ event }) => event === `security.${name}`);
      expect(warnings).toContainEqual(expect.objectContaining({ level: 40, ...fields }));
      const requests = new Set(warnings.map(({ requestId }) => requestId));
      expect([requests.size, requests.has(undefined)]).toEqual([warnings.length, false]);
      for (const line of warnings) expect(JSON.stringify(line).length).toBeLessThan(700);
    });
  },
);
