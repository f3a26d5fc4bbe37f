import { readFile } from 'node:fs/promises';
import { startSandbox } from './sandbox.ts';
import type { ProviderName, Sandbox } from './sandbox.ts';
import { hmac, setting, veriffCall } from './test-support/calls.ts';
import { DRIVERS } from './test-support/drivers.ts';
import { PROVIDER_NAMES } from './providers.ts';

interface Vector {
  id: string;
  provider: ProviderName;
  secret: string;
  header: string;
  headerValue: string;
  expect: 'valid' | 'invalid';
  t?: string;
  bodyBase64: string;
}

const texts = await Promise.all(
  PROVIDER_NAMES.map((name) =>
    readFile(new URL(`../../test/contracts/${name}.vectors.json`, import.meta.url), 'utf8'),
  ),
);
const vectors = texts
  .flatMap((text) => JSON.parse(text) as Vector[])
  .filter((vector) => vector.expect === 'valid' && !vector.headerValue.includes(' '));

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

it.each(vectors)('The sandbox signs as in the known vector $id', (vector) => {
  const at = vector.t === undefined ? new Date() : new Date(Number(vector.t) * 1000);
  const headers = sandbox[vector.provider].sign(Buffer.from(vector.bodyBase64, 'base64'), {
    secret: vector.secret,
    at,
  });
  expect(headers[vector.header.toLowerCase()]).toBe(vector.headerValue);
});

it('The known vectors cover every provider', () => {
  expect([...new Set(vectors.map(({ provider }) => provider))]).toEqual(PROVIDER_NAMES);
});

it('Persona signs with both secrets during a rotation, newest first', () => {
  const at = new Date('2026-03-04T10:20:30Z');
  const before = sandbox.persona.sign('{}', { at })['persona-signature'];
  const fresh = sandbox.persona.rotateSecret();
  const alone = sandbox.persona.sign('{}', { at, secret: fresh })['persona-signature'];
  expect(sandbox.persona.sign('{}', { at })['persona-signature']).toBe(`${alone} ${before}`);
  expect(sandbox.environment['PERSONA_WEBHOOK_SECRETS']?.split(',')[0]).toBe(fresh);
});

it('Veriff signs only with the new secret, and its API still accepts the old one', async () => {
  const old = setting(sandbox, 'VERIFF_SHARED_SECRETS');
  const fresh = sandbox.veriff.rotateSecret();
  expect(sandbox.veriff.sign('{}')).toEqual(sandbox.veriff.sign('{}', { secret: fresh }));
  const body = '{"verification":{}}';
  const headers = { 'x-hmac-signature': hmac(old, body) };
  const reply = await veriffCall(sandbox, 'POST', '/sessions', body, headers);
  expect(reply.headers.get('x-hmac-signature')).toBe(hmac(old, reply.text));
});

it.each(PROVIDER_NAMES)('%s does not sign with a prepared secret before the rotation', (name) => {
  const emulator = sandbox[name];
  const at = new Date('2026-03-04T10:20:30Z');
  const before = emulator.sign('{}', { at });

  const prepared = emulator.prepareSecret();

  expect(emulator.prepareSecret()).toBe(prepared);
  expect(emulator.sign('{}', { at })).toEqual(before);
  expect(setting(sandbox, DRIVERS[name].secretsVariable).split(',')[0]).toBe(prepared);
  expect(emulator.rotateSecret()).toBe(prepared);
  expect(emulator.sign('{}', { at })).not.toEqual(before);
  expect(emulator.prepareSecret()).not.toBe(prepared);
});

it('Veriff signs its response with the prepared secret if the call was signed with it', async () => {
  const prepared = sandbox.veriff.prepareSecret();
  const body = '{"verification":{}}';
  const headers = { 'x-hmac-signature': hmac(prepared, body) };
  const reply = await veriffCall(sandbox, 'POST', '/sessions', body, headers);
  expect(reply.status).toBe(201);
  expect(reply.headers.get('x-hmac-signature')).toBe(hmac(prepared, reply.text));
});
