import camelcaseKeys from 'camelcase-keys';
import { outboundAgent } from '../../../common/outbound-agent.ts';
import { hmacSha256Hex } from '../../../common/hmac.ts';
import { DeliveryMalformedError, SignatureRefusedError } from '../provider-errors.ts';
import type { Delivery, ReceivedEvent } from '../kyc-provider.ts';
import { PersonaProvider } from './persona.provider.ts';

const SECRET = 'wbhsec_spec_0123456789';
const NOW = new Date('2026-03-04T10:20:31Z');

const persona = new PersonaProvider({
  dispatcher: outboundAgent(),
  apiKey: 'persona_sandbox_spec',
  templateId: 'itmpl_spec',
  apiUrl: 'https://persona.invalid/api/v1',
  secrets: [SECRET],
  isCompletedApproved: false,
});

function signed(content: unknown): Delivery {
  const body = Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
  const t = NOW.getTime() / 1000 - 1;
  const signature = `t=${Math.floor(t)},v1=${hmacSha256Hex(SECRET, `${Math.floor(t)}.`, body)}`;
  return { headers: { 'persona-signature': signature }, body, receivedAt: NOW };
}

const receive = (content: unknown): ReceivedEvent => persona.receive(signed(content));

function event(name = 'inquiry.declined', payload: unknown = inquiry()): Record<string, unknown> {
  return {
    data: {
      type: 'event',
      id: 'evt_spec',
      attributes: { name, 'created-at': '2026-03-04T10:20:30.598Z', payload },
    },
  };
}

function inquiry(attributes: unknown = { status: 'declined', 'reference-id': 'user_42' }): unknown {
  return { data: { type: 'inquiry', id: 'inq_spec', attributes } };
}

const DECLINED: ReceivedEvent = {
  provider: 'persona',
  eventKey: 'evt_spec',
  sessionId: 'inq_spec',
  reference: 'user_42',
  outcome: 'declined',
  reason: 'other',
  occurredAt: new Date('2026-03-04T10:20:30.598Z'),
  lookup: null,
};

describe('A delivery of Persona', () => {
  it('becomes an event in the words of the gateway', () => {
    expect(receive(event())).toEqual(DECLINED);
  });

  it('is read by the name of the event and not by the present status of the inquiry', () => {
    const payload = inquiry({ status: 'approved', 'reference-id': 'user_42' });
    expect(receive(event('inquiry.declined', payload))).toEqual(DECLINED);
  });

  it('has the same result in kebab, camel and snake case', () => {
    const text = JSON.stringify(event());
    const snake = text.replaceAll(/"[a-z]+-[a-z]+":/g, (key) => key.replace('-', '_'));
    const camel = JSON.stringify(camelcaseKeys(event(), { deep: true }));
    expect(new Set([text, snake, camel]).size).toBe(3);
    expect([text, snake, camel].map(receive)).toEqual([DECLINED, DECLINED, DECLINED]);
  });

  it('accepts a time with an offset', () => {
    const text = JSON.stringify(event()).replace('10:20:30.598Z', '12:20:30.598+02:00');
    expect(receive(text)).toEqual(DECLINED);
  });

  it.each<[string, unknown]>([
    ['has no attributes', { data: { id: 'inq_spec' } }],
    ['has no reference id', inquiry({})],
    ['has null as its reference id', inquiry({ 'reference-id': null })],
    ['has an empty reference id', inquiry({ 'reference-id': '' })],
  ])('has no reference if the inquiry %s', (_, payload) => {
    expect(receive(event('inquiry.declined', payload))).toEqual({ ...DECLINED, reference: null });
  });

  it.each(['account.redacted', 'verification.passed', 'inquiry-session.started', 'report/watchlist.matched'])(
    'about another object (%s) is noted without session and user',
    (name) => {
      const payload = { data: { id: 'act_spec', attributes: { 'reference-id': 'user_42' } } };
      expect(receive(event(name, payload))).toEqual({
        ...DECLINED,
        outcome: 'noted',
        reason: null,
        sessionId: null,
        reference: null,
      });
    },
  );

  it('about another object needs no payload', () => {
    expect(receive(event('account.redacted', null)).outcome).toBe('noted');
  });

  it('with a new inquiry event is unknown and contains the session', () => {
    expect(receive(event('inquiry.teleported'))).toMatchObject({ outcome: 'unknown', sessionId: 'inq_spec' });
  });

  it('changes no prototype with its keys', () => {
    const text = JSON.stringify(event()).replace(
      '"status":',
      '"__proto__":{"referenceId":"mallory","polluted":1},"constructor":{"prototype":{"polluted":1}},"status":',
    );
    expect(receive(text)).toEqual(DECLINED);
    expect(receive(`{"__proto__":{"data":{"id":"evt_other"}},${text.slice(1)}`)).toEqual(DECLINED);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('is unknown if a required field is only inherited', () => {
    const text = JSON.stringify(event()).replace('"id":"inq_spec"', '"__proto__":{"id":"inq_other"}');
    expect(receive(text)).toMatchObject({ outcome: 'unknown', sessionId: null });
  });

  it.each([
    ['is empty', ''],
    ['is cut', '{"data":'],
  ])('that %s is malformed although it is signed', (_, content) => {
    expect(() => receive(content)).toThrow(DeliveryMalformedError);
  });

  const long = 'x'.repeat(256);
  it.each<[string, unknown]>([
    ['is a list', []],
    ['is null', 'null'],
    ['is text', '"inquiry.approved"'],
    ['has no event id', JSON.stringify(event()).replace('"id":"evt_spec",', '')],
    ['has an empty event id', JSON.stringify(event()).replace('evt_spec', '')],
    ['has a long event id', JSON.stringify(event()).replace('evt_spec', long)],
    ['has an event id with a NUL', JSON.stringify(event()).replace('evt_spec', 'evt\\u0000')],
    ['has no name', event(undefined as unknown as string).data],
    ['has a number as its name', JSON.stringify(event()).replace('"inquiry.declined"', '7')],
    ['has no time', JSON.stringify(event()).replace('created-at', 'made-at')],
    ['has a malformed time', JSON.stringify(event()).replace('2026-03-04T', '2026-13-04T')],
    ['has a time in seconds', JSON.stringify(event()).replace('"2026-03-04T10:20:30.598Z"', '1772619630')],
    ['has no payload', event('inquiry.approved', null)],
    ['has no inquiry id', event('inquiry.approved', { data: { attributes: {} } })],
    ['has a long inquiry id', event('inquiry.approved', { data: { id: long } })],
    ['has a long reference id', event('inquiry.approved', inquiry({ 'reference-id': long }))],
    ['has a number as reference id', event('inquiry.approved', inquiry({ 'reference-id': 42 }))],
    ['is nested deeper than the stack', `{"data":${'{"a":'.repeat(60_000)}1${'}'.repeat(60_000)}}`],
  ])('that %s is unknown', (_, content) => {
    expect(receive(content)).toEqual({
      provider: 'persona',
      eventKey: expect.stringMatching(/^unknown:sha256:[0-9a-f]{64}$/),
      sessionId: null,
      reference: null,
      outcome: 'unknown',
      reason: null,
      occurredAt: null,
      lookup: null,
      problem: expect.stringContaining('not the documented shape: '),
    });
  });

  it('that is not as documented is quoted neither in the error nor in the event', () => {
    const report = (content: unknown): string => {
      try {
        return JSON.stringify(receive(content));
      } catch (error) {
        return `${String(error)} ${String((error as Error).cause)}`;
      }
    };
    expect(report('{"name-first":"Jane')).not.toContain('Jane');
    expect(report(event('inquiry.approved', inquiry({ 'reference-id': { first: 'Jane' } })))).not.toContain(
      'Jane',
    );
  });

  it('without a signature is rejected before its body is parsed', () => {
    const delivery: Delivery = { headers: {}, body: Buffer.from('{'), receivedAt: NOW };
    expect(() => persona.receive(delivery)).toThrow(SignatureRefusedError);
  });

  it('with changed bytes is rejected', () => {
    const { body, ...delivery } = signed(event());
    const changed = Buffer.from(body.toString().replace('declined', 'approved'));
    expect(() => persona.receive({ ...delivery, body: changed })).toThrow(SignatureRefusedError);
  });
});

it('an event about a reused verification of before is noted, and its inquiry is looked up', () => {
  expect(receive(event('inquiry.reusable-persona-used'))).toMatchObject({
    outcome: 'noted',
    lookup: DECLINED.sessionId,
  });
  expect(receive(event('inquiry.reusable-persona-created'))).toMatchObject({ lookup: null });
});
