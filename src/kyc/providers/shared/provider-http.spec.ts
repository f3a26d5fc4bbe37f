import { MockAgent } from 'undici';
import { ProviderRefusedError, ProviderUnavailableError } from '../provider-errors.ts';
import { callProvider } from './provider-http.ts';

const ORIGIN = 'https://api.acme.example';

/** One call of an adapter that asks for the error code. */
function call(status: number, body: string, expected: readonly number[] = []) {
  const dispatcher = new MockAgent();
  dispatcher.disableNetConnect();
  dispatcher.get(ORIGIN).intercept({ path: '/cases', method: 'POST' }).reply(status, body);
  return callProvider(
    {
      provider: 'acme',
      dispatcher,
      method: 'POST',
      url: `${ORIGIN}/cases`,
      headers: {},
      signal: AbortSignal.timeout(5_000),
      errorCode: (json) => (json as { error: { code?: unknown } }).error.code,
    },
    expected,
  );
}

describe('The error code of a response that is not 2xx', () => {
  it('is part of the error', async () => {
    const failed = call(400, '{"error":{"code":"parameter_missing","message":"of Jane Doe"}}');
    await expect(failed).rejects.toBeInstanceOf(ProviderRefusedError);
    await expect(failed).rejects.toThrow('POST /cases: responded 400 (parameter_missing)');
    await expect(call(503, '{"error":{"code":"maintenance"}}')).rejects.toThrow(
      new ProviderUnavailableError('acme', 'POST /cases: responded 503 (maintenance)'),
    );
  });

  it('is part of a response that the adapter expects', async () => {
    expect(await call(409, '{"error":{"code":"in_use"}}', [409])).toMatchObject({
      status: 409,
      json: null,
      errorCode: 'in_use',
    });
  });

  it.each([
    '{"error":{"code":"Jane Doe has no code"}}',
    '{"error":{"code":"jane@example.com"}}',
    '{"error":{"code":17}}',
    '{"error":{"code":["a"]}}',
    `{"error":{"code":"${'a'.repeat(65)}"}}`,
    '{"error":null}',
    '{}',
    '[]',
    'null',
    'not JSON',
  ])('is null if it is not a short word: %s', async (body) => {
    expect(await call(409, body, [409])).toMatchObject({ errorCode: null });
  });

  it('is null in a 2xx response', async () => {
    expect(await call(200, '{"error":{"code":"in_use"}}')).toMatchObject({ errorCode: null });
  });
});
