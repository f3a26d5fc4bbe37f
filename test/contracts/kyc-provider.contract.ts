import type { Run } from './cases/contract-case.ts';
import { accessCases } from './cases/access.cases.ts';
import { decisionCases } from './cases/decisions.cases.ts';
import { deliveryCases } from './cases/deliveries.cases.ts';
import { erasureCases } from './cases/erasure.cases.ts';
import { failureCases } from './cases/failures.cases.ts';
import { recoveryCases } from './cases/recovery.cases.ts';
import { sessionCases } from './cases/sessions.cases.ts';
import { signatureCases } from './cases/signatures.cases.ts';
import type { ProviderHarness } from './provider-harness.ts';

const RUNS = {
  ...sessionCases,
  ...recoveryCases,
  ...decisionCases,
  ...signatureCases,
  ...deliveryCases,
  ...erasureCases,
  ...accessCases,
  ...failureCases,
};

export type CaseName = keyof typeof RUNS;

export interface ContractCase {
  /** A sentence about behavior. */
  name: CaseName;
  /** Rejects if the adapter breaks the rule. */
  run: Run;
}

/** The rules of `KycProvider` that a test can check from outside. */
export const CONTRACT: readonly ContractCase[] = Object.entries(RUNS).map(([name, run]) => ({
  name: name as CaseName,
  run: async (harness: ProviderHarness) => {
    try {
      await run(harness);
    } finally {
      harness.reset();
    }
  },
}));
