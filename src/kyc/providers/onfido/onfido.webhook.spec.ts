import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { hmacSha256Hex } from '../../../common/hmac.ts';
import { DeliveryMalformedError, SignatureRefusedError } from '../provider-errors.ts';
import { receiveDelivery } from './onfido.webhook.ts';

const TOKEN = 'webhook-token-of-this-spec';
const RECEIVED_AT = new Date('2026-03-04T11:00:00Z');
const RUN_ID = '2f152409-d6c4-4711-8750-48517f99a8d6';

function receive(body: Buffer | string, signature: unknown, secrets: readonly string[] = [TOKEN]) {
  const headers = { 'x-sha2-signature': signature as string | undefined };
  return receiveDelivery({ headers, body: Buffer.from(body), receivedAt: RECEIVED_AT }, { secrets });
}

function receiveSigned(body: Buffer | string) {
  return receive(body, hmacSha256Hex(TOKEN, body));
}

function receivePayload(payload: object) {
  return receiveSigned(JSON.stringify({ payload }));
}

function runCompleted(object: object, resource?: object) {
  return { resource_type: 'workflow_run', action: 'workflow_run.completed', object, resource };
}

interface Vector {
  id: string;
  provider: string;
  secret: string;
  headerValue: string;
  expect: string;
  bodyBase64: string;
}

const file = new URL('../../../../test/contracts/onfido.vectors.json', import.meta.url);
const vectors = (JSON.parse(readFileSync(file, 'utf8')) as Vector[]).filter(
  ({ provider }) => provider === 'onfido',
);

describe('The signature of an Onfido delivery', () => {
  it.each(vectors.map((vector) => [vector.id, vector] as const))(
    'matches the expectation of the vector %s',
    (_, vector) => {
      const body = Buffer.from(vector.bodyBase64, 'base64');
      const receiving = () => receive(body, vector.headerValue, [vector.secret]);
      if (vector.expect !== 'valid') return expect(receiving).toThrow(SignatureRefusedError);
      expect(receiving()).toMatchObject({
        sessionId: RUN_ID,
        outcome: 'declined',
        reason: 'document_expired',
      });
    },
  );

  it('has at least one test vector', () => {
    expect(vectors.length).toBeGreaterThan(0);
  });

  it('covers the line feed at the end of the body', () => {
    const body = `${JSON.stringify({ payload: runCompleted({ id: RUN_ID, status: 'approved' }) }, null, 2)}\n`;
    expect(receiveSigned(body).outcome).toBe('approved');
    expect(() => receive(body.trimEnd(), hmacSha256Hex(TOKEN, body))).toThrow(SignatureRefusedError);
    expect(() => receive(body, hmacSha256Hex(TOKEN, body.trimEnd()))).toThrow(SignatureRefusedError);
  });

  it.each([
    [undefined, 'missing'],
    ['', 'missing'],
    [[`${'a'.repeat(64)}`], 'more than once'],
    [`${'a'.repeat(64)}, ${'a'.repeat(64)}`, 'more than once'],
    ['sha256=abc', 'not hexadecimal'],
    ['abc', '3 hexadecimal digits'],
    ['a'.repeat(64), 'none of the 1 webhook tokens'],
  ])('is rejected as %j with a message for the log: %s', (signature, message) => {
    expect(() => receive('{}', signature)).toThrow(SignatureRefusedError);
    expect(() => receive('{}', signature)).toThrow(message);
  });

  it('is rejected with SignatureRefusedError for every malformed header', () => {
    const values = fc.oneof(fc.anything(), fc.string(), fc.stringMatching(/^[0-9a-f]{0,130}$/));
    fc.assert(
      fc.property(values, (signature) => {
        expect(() => receive('{}', signature)).toThrow(SignatureRefusedError);
      }),
    );
  });
});

describe('A delivery workflow_run.completed of Onfido', () => {
  it.each([
    ['approved', 'approved', null],
    ['declined', 'declined', 'other'],
    ['review', 'in_review', null],
    ['abandoned', 'abandoned', null],
    ['error', 'failed', null],
    ['processing', 'submitted', null],
    ['awaiting_input', 'noted', null],
    ['a_future_status', 'unknown', null],
  ])('with the status %s has the outcome %s', (status, outcome, reason) => {
    expect(receivePayload(runCompleted({ id: RUN_ID, status }))).toMatchObject({ outcome, reason });
  });

  it('is complete without a resource and without an href', () => {
    const body = JSON.stringify({
      payload: runCompleted({
        id: RUN_ID,
        status: 'approved',
        completed_at_iso8601: '2026-03-04T10:20:30Z',
      }),
    });
    expect(receiveSigned(body)).toEqual({
      provider: 'onfido',
      eventKey: `sha256:${createHash('sha256').update(body).digest('hex')}`,
      sessionId: RUN_ID,
      reference: null,
      outcome: 'approved',
      reason: null,
      occurredAt: new Date('2026-03-04T10:20:30Z'),
      lookup: null,
    });
  });

  it('contains the user, the reasons and a missing status in the resource', () => {
    const resource = { status: 'declined', customer_user_id: 'user_42', reasons: ['underage'] };
    expect(receivePayload(runCompleted({ id: RUN_ID }, resource))).toMatchObject({
      reference: 'user_42',
      outcome: 'declined',
      reason: 'underage',
    });
  });

  it.each([
    ['2026-03-04T10:20:30Z', '2026-03-04T10:30:00Z', new Date('2026-03-04T10:20:30Z')],
    ['soon', '2026-03-04T11:30:00+01:00', new Date('2026-03-04T10:30:00Z')],
    [undefined, '2026', RECEIVED_AT],
    [1, null, RECEIVED_AT],
  ])('completed at %p and updated at %p has the time %p', (completed, updated, occurredAt) => {
    const object = { id: RUN_ID, status: 'approved', completed_at_iso8601: completed };
    expect(receivePayload(runCompleted(object, { updated_at: updated })).occurredAt).toEqual(occurredAt);
  });

  it.each([
    ['no status at all', runCompleted({ id: RUN_ID }, {})],
    ['no id', runCompleted({ status: 'approved' })],
    ['an empty id', runCompleted({ id: '', status: 'approved' })],
    ['an id with a NUL', runCompleted({ id: 'a\0b', status: 'approved' })],
    ['an id that is too long', runCompleted({ id: 'a'.repeat(256), status: 'approved' })],
    [
      'a user that is not a string',
      runCompleted({ id: RUN_ID, status: 'approved' }, { customer_user_id: 42 }),
    ],
    ['no action', { ...runCompleted({ id: RUN_ID, status: 'approved' }), action: undefined }],
    ['no resource_type', { ...runCompleted({ id: RUN_ID, status: 'approved' }), resource_type: 7 }],
    ['no object', { ...runCompleted({}), object: null }],
  ])('is unknown with %s', (_, payload) => {
    expect(receivePayload(payload)).toMatchObject({ outcome: 'unknown', sessionId: null, lookup: null });
  });
});

describe('Another delivery of Onfido', () => {
  it.each(['', 'not json', '\ufeff{}'])('is malformed as %j', (body) => {
    expect(() => receiveSigned(body)).toThrow(DeliveryMalformedError);
  });

  it.each(['null', '[]', '{}', '{"payload":null}', '"a"'])('is unknown as %s', (body) => {
    expect(receiveSigned(body)).toEqual({
      provider: 'onfido',
      eventKey: `unknown:sha256:${createHash('sha256').update(body).digest('hex')}`,
      sessionId: null,
      reference: null,
      outcome: 'unknown',
      reason: null,
      occurredAt: null,
      lookup: null,
      problem: expect.stringContaining('not the documented shape: '),
    });
  });

  it.each(['audit_log.created', 'workflow_run_evidence_folder.created', 'something.new'])(
    'with the action %s and an object without an id is unknown',
    (action) => {
      const object = { user: { email: 'jane@example.com' } };
      const event = receivePayload({ resource_type: 'x', action, object });
      expect(event).toMatchObject({ outcome: 'unknown', sessionId: null, lookup: null });
      expect(JSON.stringify(event)).not.toContain('jane');
    },
  );

  it('is not quoted in the error', () => {
    const error = (() => {
      try {
        receiveSigned('Jane Doe');
      } catch (thrown) {
        return thrown as Error;
      }
      throw new Error('was accepted');
    })();
    expect(`${error.message} ${error.cause} ${error.stack}`).not.toContain('Jane');
  });

  it.each(['check.completed', 'check.reopened', 'check.withdrawn'])(
    'with the action %s contains a lookup and no verdict, whatever else it contains',
    (action) => {
      const object = {
        id: 'f2302f45-1111',
        status: 'complete',
        result: 'clear',
        href: 'https://evil.example/',
      };
      const event = receivePayload({ resource_type: 'check', action, object });
      expect(event).toMatchObject({ outcome: 'noted', sessionId: null, lookup: 'check:f2302f45-1111' });
    },
  );

  it.each(['../applicants', 'a/b', 'a?b', '..', 'x'.repeat(65), 'a\n'])(
    'about a check with the malformed id %j is unknown and has no lookup',
    (id) => {
      const payload = { resource_type: 'check', action: 'check.completed', object: { id } };
      expect(receivePayload(payload)).toMatchObject({ outcome: 'unknown', lookup: null });
    },
  );

  it.each([
    ['workflow_task.completed', 'noted'],
    ['report.completed', 'noted'],
    ['something.new', 'unknown'],
    ['approved', 'unknown'],
    ['__proto__', 'unknown'],
  ])('with the action %s has the outcome %s and no session', (action, outcome) => {
    const object = { id: 'profile_1eb92', status: 'approved' };
    const event = receivePayload({ resource_type: 'x', action, object });
    expect(event).toMatchObject({ outcome, sessionId: null, lookup: null, reason: null, occurredAt: null });
  });

  it('reads no value from __proto__ in the body', () => {
    const inherited = '"__proto__":{"status":"approved","customer_user_id":"victim"}';
    const body =
      '{"payload":{"resource_type":"workflow_run","action":"workflow_run.completed",' +
      `"object":{"id":"a",${inherited}},"resource":{${inherited}}}}`;
    expect(receiveSigned(body)).toMatchObject({ outcome: 'unknown', sessionId: null, reference: null });
    expect(({} as { status?: string }).status).toBeUndefined();
  });

  it('becomes an event, whatever its JSON contains', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (object, resource) => {
        const payload = { resource_type: 'a', action: 'workflow_run.completed', object, resource };
        expect(receivePayload(payload).provider).toBe('onfido');
      }),
    );
  });
});
