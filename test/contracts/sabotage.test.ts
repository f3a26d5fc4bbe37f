import type { Sandbox } from '../../packages/sandbox/sandbox.ts';
import { DomainError } from '../../src/common/domain-error.ts';
import { rejectionOf } from './cases/steps.ts';
import { CONTRACT } from './kyc-provider.contract.ts';
import { harnessFor, type ProviderHarness, startSuiteSandbox, SUITE_HARNESSES } from './provider-harness.ts';
import { accessSabotages } from './sabotages/access.sabotages.ts';
import { decisionSabotages } from './sabotages/decisions.sabotages.ts';
import { deliverySabotages } from './sabotages/deliveries.sabotages.ts';
import { erasureSabotages } from './sabotages/erasure.sabotages.ts';
import { failureSabotages } from './sabotages/failures.sabotages.ts';
import { recoverySabotages } from './sabotages/recovery.sabotages.ts';
import { sabotaged } from './sabotages/sabotage.ts';
import { sessionSabotages } from './sabotages/sessions.sabotages.ts';
import { signatureSabotages } from './sabotages/signatures.sabotages.ts';

const SABOTAGES = [
  ...sessionSabotages,
  ...recoverySabotages,
  ...decisionSabotages,
  ...signatureSabotages,
  ...deliverySabotages,
  ...erasureSabotages,
  ...accessSabotages,
  ...failureSabotages,
];
const PROVIDERS = SUITE_HARNESSES.map(({ name }) => name);

const caught = SUITE_HARNESSES.flatMap((options) =>
  SABOTAGES.filter((sabotage) => sabotage.at?.(options) ?? true).flatMap((sabotage) =>
    sabotage.fails.map((broken) => ({ provider: options.name, sabotage, spoiled: sabotage.name, broken })),
  ),
);

let sandbox: Sandbox;
const harnesses = new Map<string, ProviderHarness>();

beforeAll(async () => {
  sandbox = await startSuiteSandbox();
  for (const name of PROVIDERS) harnesses.set(name, await harnessFor(name, sandbox));
});
afterAll(async () => {
  for (const { relay } of harnesses.values()) await relay.close();
  await sandbox.close();
});

it.each(caught)(
  'an adapter for $provider that $spoiled fails "$broken"',
  async ({ provider, sabotage, broken }) => {
    const harness = harnesses.get(provider);
    const found = CONTRACT.find(({ name }) => name === broken);
    if (harness === undefined || found === undefined) throw new Error('no such harness or case');
    const verdict = await rejectionOf(found.run(sabotaged(harness, sabotage)));
    // The case must fail by its expectation or by an error of the adapter. An error in the sabotage proves nothing.
    const isVerdict =
      verdict instanceof DomainError || (verdict instanceof Error && 'matcherResult' in verdict);
    expect({ isVerdict, verdict }).toEqual({ isVerdict: true, verdict: expect.any(Error) });
  },
);

it.each(PROVIDERS)('every contract case fails for at least one broken adapter for %s', (name) => {
  const biting = new Set(caught.filter(({ provider }) => provider === name).map(({ broken }) => broken));
  expect(CONTRACT.map((each) => each.name).filter((each) => !biting.has(each))).toEqual([]);
});

it('every sabotage has a unique name', () => {
  expect(new Set(SABOTAGES.map(({ name }) => name)).size).toBe(SABOTAGES.length);
});
