import type { Sandbox } from '../../packages/sandbox/sandbox.ts';
import { PROVIDER_DEFINITIONS } from '../../src/kyc/providers/registry.ts';
import { CONTRACT } from './kyc-provider.contract.ts';
import { harnessFor, type ProviderHarness, startSuiteSandbox, SUITE_HARNESSES } from './provider-harness.ts';

it('the contract suite runs against every registered provider and Acme', () => {
  const names = (list: readonly { name: string }[]) => list.map(({ name }) => name).sort();
  expect(names(SUITE_HARNESSES)).toEqual(names([...PROVIDER_DEFINITIONS, { name: 'acme' }]));
});

describe.each(SUITE_HARNESSES.map(({ name }) => name))('%s', (name) => {
  let sandbox: Sandbox;
  let harness: ProviderHarness;

  beforeAll(async () => {
    sandbox = await startSuiteSandbox();
    harness = await harnessFor(name, sandbox);
  });
  afterAll(async () => {
    await harness.relay.close();
    await sandbox.close();
  });

  // oxlint-disable-next-line jest/expect-expect -- the cases contain the expectations.
  it.each(CONTRACT)('$name', ({ run }) => run(harness));
});
