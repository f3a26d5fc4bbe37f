import type { ProviderName } from '../../packages/sandbox/sandbox.ts';
import type { HarnessOptions } from './harness-options.ts';
import { onfidoHarness } from './onfido.harness.ts';
import { personaHarness } from './persona.harness.ts';
import { veriffHarness } from './veriff.harness.ts';

/** The facts about every provider that the tests use. */
export const HARNESSES: readonly HarnessOptions<ProviderName>[] = [
  personaHarness,
  veriffHarness,
  onfidoHarness,
];

export function harnessOf(name: ProviderName): HarnessOptions<ProviderName> {
  const found = HARNESSES.find((harness) => harness.name === name);
  if (found === undefined) throw new Error(`test/contracts has no harness for ${name}`);
  return found;
}
