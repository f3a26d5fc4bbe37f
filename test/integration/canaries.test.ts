import { FORBIDDEN, formsOf } from '../support/marked.ts';
import { liveThrough, type MarkedStory } from '../support/marked-story.ts';

describe.each(['persona', 'veriff', 'onfido'] as const)(
  'of everything that %s, its webhooks and callers could slip in',
  (provider) => {
    let story: MarkedStory;
    beforeAll(async () => {
      story = await liveThrough(provider);
    });
    afterAll(() => story.close());

    /** Every column of every table of every schema, but for PostgreSQL's own. */
    async function tables(): Promise<Record<string, string>> {
      const names: { name: string }[] = await story.gateway.database.query(
        `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'`,
      );
      const read = async ({ name }: { name: string }) => {
        const [row]: { text: string }[] = await story.gateway.database.query(
          `SELECT coalesce(string_agg(t::text, E'\\n'), '') AS text FROM ${name} t`,
        );
        return [name, row?.text ?? ''] as const;
      };
      return Object.fromEntries(await Promise.all(names.map(read)));
    }

    async function everywhere(): Promise<Record<string, string>> {
      return {
        ...(await tables()),
        logs: story.gateway.logs(),
        metrics: await (await fetch(`${story.gateway.url}/metrics`)).text(),
        answers: story.answers.map(({ headers, body }) => JSON.stringify([[...headers], body])).join('\n'),
        mails: story.mailbox
          .mails()
          .map(({ text }) => text)
          .join('\n'),
      };
    }

    /** Where it was found, and what stands around it. */
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

    it('nothing is in a log line, an answer, a metric, a table or a mail', async () => {
      expect(await traces(FORBIDDEN)).toEqual([]);
    });

    it('there are no links, tokens or secrets either, but in the answer to their user', async () => {
      const secrets = Object.entries(story.gateway.sandbox.environment)
        .filter(([name]) => /KEY|SECRETS|TOKEN|TOKENS$/.test(name))
        .flatMap(([, value]) => value.split(','));
      expect(await traces([...secrets, ...story.told, ...story.users.map(({ token }) => token)])).toEqual([]);
    });

    it('and the search would have found it', async () => {
      expect(story.told.length).toBeGreaterThan(3);
      expect((await traces([story.users[0]?.id ?? ''])).length).toBeGreaterThan(5);
      const addresses = story.users.map(({ email }) => email);
      expect((await traces(addresses)).filter((trace) => /^(logs|metrics|answers)/.test(trace))).toEqual([]);
    });

    const lines = () =>
      story.gateway
        .logs()
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);

    it('while the log tells what happened', () => {
      const told = new Set(lines().flatMap(({ event, code }) => [event, code]));
      for (const name of ['kyc.session_opened', 'kyc.reconciled', 'mail.sent', 'provider.refused']) {
        expect(told).toContain(name);
      }
    });

    it.each([
      ['signature_refused', { provider, status: 401 }],
      ['delivery_malformed', { provider, status: 400 }],
      ['token_refused', { status: 401 }],
      ['rate_limited', { status: 429 }],
      ['foreign_event', { provider, eventKey: expect.any(String) }],
      ['unknown_word', { provider, eventKey: expect.any(String) }],
    ])('security.%s is a warning of its own, once a request, and says no more than why', (name, fields) => {
      const warnings = lines().filter(({ event }) => event === `security.${name}`);
      expect(warnings).toContainEqual(expect.objectContaining({ level: 40, ...fields }));
      const requests = new Set(warnings.map(({ requestId }) => requestId));
      expect([requests.size, requests.has(undefined)]).toEqual([warnings.length, false]);
      for (const line of warnings) expect(JSON.stringify(line).length).toBeLessThan(700);
    });
  },
);
