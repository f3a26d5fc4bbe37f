import type { Run } from './cases/contract-case.js';
import { decisionCases } from './cases/decisions.cases.js';
import { deliveryCases } from './cases/deliveries.cases.js';
import { erasureCases } from './cases/erasure.cases.js';
import { failureCases } from './cases/failures.cases.js';
import { recoveryCases } from './cases/recovery.cases.js';
import { sessionCases } from './cases/sessions.cases.js';
import { signatureCases } from './cases/signatures.cases.js';
import type { ProviderHarness } from './provider-harness.js';

const RUNS = {
  ...sessionCases,
  ...recoveryCases,
  ...decisionCases,
  ...signatureCases,
  ...deliveryCases,
  ...erasureCases,
  ...failureCases,
};

export type CaseName = keyof typeof RUNS;

export interface ContractCase {
  /** A sentence about behaviour. */
  name: CaseName;
  /** Rejects where the promise is broken. */
  run: Run;
}

/** What every KycProvider promises, as far as it can be seen from outside. */
export const CONTRACT: readonly ContractCase[] = Object.entries(RUNS).map(([name, run]) => ({
  name: name as CaseName,
  run: async (harness: ProviderHarness) => {
    try {
      await run(harness);
    } finally {
      harness.calmDown();
    }
  },
}));
