import fc from 'fast-check';
import { PROVIDER_NAMES } from '../../packages/sandbox/providers.ts';
import type { Outcome } from '../../packages/sandbox/sandbox.ts';
import { complaintsAbout, ROUTES } from '../support/documented.ts';
import { requestBytes, runs, sendRaw } from '../support/fuzzing.ts';
import { startGateway, type TestGateway, type User, WEBHOOK_PATH } from '../support/gateway.ts';
import { approvalIn, type Edit, edited, editsOf, OTHER_SESSION, OTHER_USER } from '../support/mutations.ts';

const STATUSES = ROUTES.find(({ path }) => path === WEBHOOK_PATH)?.statuses ?? [];
const WIDE = { LOG_LEVEL: 'fatal', RATE_LIMIT_START_ADDRESS: '1000000/600' };
const NOT_ECHOED = '9999-12-31';

/** Failures that earlier runs with other seeds found. */
const FOUND: [Outcome, Edit[]][] = [
  // A key with a trailing space is another key.
  [
    'approve',
    [
      { where: { name: 'name', index: 0 }, how: 'copy', value: null },
      { where: { name: 'name', index: 0 }, how: 'drop', value: null },
    ],
  ],
];

interface Opened {
  user: User;
  sessionId: string;
}

describe.each(PROVIDER_NAMES)('Signed webhooks of %s with random alterations', (provider) => {
  let gateway: TestGateway;
  let subject: Opened;
  let bystander: Opened;
  /** User ids with the session that approved them. */
  const verified = new Set<string>();

  beforeAll(async () => {
    gateway = await startGateway({ provider, environment: WIDE });
    subject = await gateway.openSession();
    bystander = await gateway.openSession();
  });
  afterAll(() => gateway.close());

  const deliver = (text: string) => {
    const headers = Object.entries(gateway.sandbox[provider].sign(text));
    return sendRaw(gateway.url, requestBytes('POST', WEBHOOK_PATH, headers, Buffer.from(text)));
  };

  /** The users verified since the last call. */
  const newlyVerified = async () => {
    const rows: { id: string; session: string }[] = await gateway.database.query(
      `SELECT id, kyc_session_id AS session FROM users WHERE kyc_status = 'verified' AND NOT id = ANY($1)`,
      [[...verified]],
    );
    for (const { id } of rows) verified.add(id);
    return rows;
  };

  const replace = async () => {
    if (verified.has(subject.user.id)) subject = await gateway.openSession();
    if (verified.has(bystander.user.id)) bystander = await gateway.openSession();
  };

  it('webhooks verify only the user that they approve, and get a documented response', async () => {
    const outcome = fc.constantFrom<Outcome>('approve', 'approve', 'approve', 'review', 'decline');
    let minute = 0;
    const property = fc.asyncProperty(outcome, editsOf(provider), async (said, edits) => {
      await replace();
      minute += 1;
      const { sessionId } = subject;
      const at = new Date(Date.now() + minute * 1_000);
      const { body } = gateway.sandbox[provider].webhookFor(sessionId, { outcome: said }, { at });
      const others = { [OTHER_SESSION]: bystander.sessionId, [OTHER_USER]: bystander.user.id };
      const text = edited(body.toString(), edits, others);

      const answer = await deliver(text);

      expect(complaintsAbout(answer, STATUSES, NOT_ECHOED)).toEqual([]);
      const approval = approvalIn(provider, text);
      for (const { id, session } of await newlyVerified()) {
        expect(approval).toMatchObject({ session });
        // A provider can omit the user id. If it sends one, it must match.
        expect([id, null, undefined, '']).toContain(approval?.reference);
      }
    });
    await fc.assert(property, { ...runs(100), examples: FOUND });
    // Some deliveries keep their shape and some lose it, so the edits reach both paths.
    const [{ ofUnknownShape }] = (await gateway.database.query(
      `SELECT count(*)::int AS "ofUnknownShape" FROM kyc_events WHERE event_key LIKE 'unknown:%'`,
    )) as [{ ofUnknownShape: number }];
    expect(ofUnknownShape).toBeGreaterThan(0);
    expect(verified.size).toBeGreaterThan(0);
  });

  it('an unaltered webhook verifies the user', async () => {
    const { user, sessionId } = await gateway.openSession();
    const { body } = gateway.sandbox[provider].webhookFor(sessionId, { outcome: 'approve' });
    expect(approvalIn(provider, body.toString())).toEqual({ session: sessionId, reference: user.id });
    expect((await deliver(body.toString())).status).toBe(200);
    expect(await gateway.userRow(user)).toMatchObject({ kyc_status: 'verified' });
  });
});
