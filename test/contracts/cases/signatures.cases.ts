import { DeliveryMalformedError, SignatureRefusedError } from '../../../src/kyc/providers/provider-errors.ts';
import type { ProviderHarness } from '../provider-harness.ts';
import { cases } from './contract-case.ts';
import { type Announced, approval, deliver, receiveVerdict, signed, thrownBy } from './steps.ts';

const DAY_MS = 86_400_000;
const FRESH_SECRET = 'a-secret-from-today';
export const REMOVED_SECRET = 'a-secret-from-last-year';

export const signatureCases = cases({
  'verifies the raw bytes, whatever their spacing, escapes or line ends': async (harness) => {
    const { webhook, opened } = await approval(harness);
    const text = webhook.body.toString();
    const { sessionId } = opened;
    const spellings = [
      text.replace('{', '{ \t\r\n  '),
      text.replace('{', '{"zz":1,"zz":2,'),
      text.replace('{', '{"zz":1.0,"zy":-0,"zx":1e2,"zw":12345678901234567890,'),
      text.replace('{', String.raw`{"\u0061\u00e9\ud83d\ude00":"\/",`),
      text.replace('{', '{"é😀":"Ü",'),
      text.replaceAll(
        sessionId,
        `\\u${sessionId.charCodeAt(0).toString(16).padStart(4, '0')}${sessionId.slice(1)}`,
      ),
      `${text}\n`,
      `${text}\r\n`,
      `\n ${text}`,
    ];
    for (const spelling of spellings) {
      const event = await receiveVerdict(harness, signed(harness, spelling));
      expect(event).toMatchObject({ sessionId, reference: opened.userId, outcome: 'approved' });
    }
  },

  'rejects a delivery whose signature covers other bytes': async (harness) => {
    const adapter = harness.adapter();
    const { webhook } = await approval(harness);
    const { body, headers } = webhook;
    const changed = [
      Buffer.alloc(0),
      body.subarray(1),
      body.subarray(0, -1),
      Buffer.concat([body, Buffer.from('\n')]),
    ];
    for (let at = 0; at < body.length; at += 5) {
      const copy = Buffer.from(body);
      copy[at] = (copy[at] ?? 0) ^ 1;
      changed.push(copy);
    }
    for (const other of changed) await expectRefused(adapter, { headers, body: other });

    const spelled = body.toString().replace('{', '{ "zz": 1.0,');
    const { headers: ofSpelled } = signed(harness, spelled);
    const serialized = Buffer.from(JSON.stringify(JSON.parse(spelled)));
    await expectRefused(adapter, { headers: ofSpelled, body: serialized });
  },

  'rejects a missing, repeated or malformed signature header with SignatureRefusedError': async (harness) => {
    const adapter = harness.adapter();
    const { webhook } = await approval(harness);
    const headers = signed(harness, webhook.body, { secret: newestSecret(harness) }).headers;
    const genuine = headers[harness.signatureHeader] ?? '';
    const malformed: (string | string[] | undefined)[] = [
      undefined,
      '',
      '0',
      `${genuine}, ${genuine}`,
      `${genuine},`,
      [genuine],
      [genuine, genuine],
      [],
      `sha256=${genuine}`,
      Buffer.from(genuine).toString('base64'),
      genuine.repeat(2_000),
      '\u0000',
      'é'.repeat(64),
      '٣'.repeat(64),
      't=,v1=',
      't=NaN,v1=NaN',
    ];
    for (let at = 0; at < genuine.length; at += 1) {
      const [before, character, after] = [genuine.slice(0, at), genuine[at] ?? '', genuine.slice(at + 1)];
      malformed.push(before + after, `${before}z${after}`, before + character + character + after, before);
    }
    for (const header of malformed) {
      await expectRefused(adapter, {
        headers: { ...headers, [harness.signatureHeader]: header },
        body: webhook.body,
      });
    }
    await expectRefused(adapter, { headers: {}, body: webhook.body });
  },

  'rejects a delivery that another provider signed, under either header': async (harness) => {
    const adapter = harness.adapter();
    const { webhook } = await approval(harness);
    for (const other of harness.others) {
      const theirs = other.sign(webhook.body);
      await expectRefused(adapter, { headers: theirs, body: webhook.body });
      for (const value of Object.values(theirs)) {
        const headers = { ...webhook.headers, ...theirs, [harness.signatureHeader]: value };
        await expectRefused(adapter, { headers, body: webhook.body });
      }
    }
  },

  'accepts every configured secret and no removed one': async (harness) => {
    const { body } = (await approval(harness)).webhook;
    const [fresh, old] = [FRESH_SECRET, REMOVED_SECRET];
    const whileRotating = harness.adapter({ secrets: [fresh, old] });
    const afterwards = harness.adapter({ secrets: [fresh] });
    for (const secret of [fresh, old]) {
      expect(
        await thrownBy(() => whileRotating.receive(deliver(signed(harness, body, { secret })))),
      ).toBeNull();
    }
    expect(
      await thrownBy(() => afterwards.receive(deliver(signed(harness, body, { secret: fresh })))),
    ).toBeNull();
    await expectRefused(afterwards, signed(harness, body, { secret: old }));

    harness.emulator.rotateSecret();
    const asProviderRotates = signed(harness, body);
    expect(await thrownBy(() => harness.adapter().receive(deliver(asProviderRotates)))).toBeNull();
    await expectRefused(afterwards, asProviderRotates);
  },

  'rejects every delivery if no secret or an empty secret is configured': async (harness) => {
    const { webhook } = await approval(harness);
    const underEmpty = signed(harness, webhook.body, { secret: '' });
    for (const secrets of [[], [''], ['', newestSecret(harness)]]) {
      await expectRefused(harness.adapter({ secrets }), underEmpty);
    }
    await expectRefused(harness.adapter({ secrets: [] }), webhook);
  },

  'measures the age of a delivery by its signed time': async (harness) => {
    const adapter = harness.adapter();
    const { body } = (await approval(harness)).webhook;
    const at = new Date('2026-05-06T07:08:09Z');
    const after = (milliseconds: number) => new Date(at.getTime() + milliseconds);
    const webhook = signed(harness, body, { at });
    const lifetime = harness.options.signatureLifetimeSeconds;
    if (lifetime === null) {
      const keys = new Set<string>();
      for (const age of [0, 60_000, 9 * DAY_MS]) {
        keys.add((await adapter.receive(deliver(webhook, after(age)))).eventKey);
      }
      expect(keys.size).toBe(1);
    } else {
      for (const age of [lifetime * 1000, -lifetime * 1000]) {
        expect(await thrownBy(() => adapter.receive(deliver(webhook, after(age))))).toBeNull();
        await expectRefused(adapter, webhook, after(age + Math.sign(age) * 1000));
      }
    }
    const retry = signed(harness, body, { at: after(9 * DAY_MS) });
    expect(await thrownBy(() => adapter.receive(deliver(retry, after(9 * DAY_MS))))).toBeNull();
  },

  'verifies a delivery before it parses the body': async (harness) => {
    const adapter = harness.adapter();
    const { webhook } = await approval(harness);
    for (const body of ['[]', 'null', '{}']) {
      await expectRefused(adapter, { headers: webhook.headers, body: Buffer.from(body) });
    }
    for (const body of ['', 'no JSON', '{', '\u0000']) {
      await expectRefused(adapter, { headers: webhook.headers, body: Buffer.from(body) });
      // With a valid signature, the same body is malformed.
      const error = await thrownBy(() => adapter.receive(deliver(signed(harness, body))));
      expect(error).toBeInstanceOf(DeliveryMalformedError);
    }
  },
});

function newestSecret(harness: ProviderHarness): string {
  return harness.secrets()[0] ?? '';
}

async function expectRefused(
  adapter: ReturnType<ProviderHarness['adapter']>,
  {
    headers,
    body,
  }: { headers: Record<string, string | string[] | undefined>; body: Announced['webhook']['body'] },
  receivedAt = new Date(),
): Promise<void> {
  expect(await thrownBy(() => adapter.receive({ headers, body, receivedAt }))).toBeInstanceOf(
    SignatureRefusedError,
  );
}
