import { PROVIDER_NAMES, PROVIDERS } from './providers.ts';
import { startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

it.each(PROVIDER_NAMES)('The table of providers names the header in which %s signs its webhooks', (name) => {
  expect(Object.keys(sandbox[name].sign('{}'))).toContain(PROVIDERS[name].signatureHeader);
});
