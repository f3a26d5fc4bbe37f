import type { ProviderName } from './contract.ts';
import { startSandbox } from './sandbox.ts';
import type { Sandbox } from './sandbox.ts';
import type { SandboxState } from './state.ts';
import { PROVIDER_NAMES, PROVIDERS } from './web/src/providers.ts';

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());

it('The table of providers in the web pages has an entry for every provider of the sandbox', async () => {
  const state = (await (await fetch(`${sandbox.url}/sandbox/state`)).json()) as SandboxState;
  expect([...PROVIDER_NAMES].sort()).toEqual(state.providers.map(({ name }) => name).sort());
});

it.each(PROVIDER_NAMES)('The table names the header in which %s signs its webhooks', (name: ProviderName) => {
  expect(Object.keys(sandbox[name].sign('{}'))).toContain(PROVIDERS[name].signatureHeader);
});
