import 'reflect-metadata';
import { orExit } from '../config/or-exit.ts';
import { readConfig } from '../config/read-config.ts';
import { PROVIDER_DEFINITIONS } from '../kyc/providers/registry.ts';
import {
  type ReconciledSession,
  ReconciliationService,
} from '../kyc/reconciliation/reconciliation.service.ts';
import type { Selection } from '../kyc/store/attempt.repository.ts';
import { printLine, UsageError } from './command.ts';
import { withOperatorContext } from './operator.module.ts';

/**
 * Reads the sessions of the user, or the open sessions at the provider, and prints the results.
 *
 * @throws UsageError if the provider is not configured
 */
export async function reconcileSessions(
  user: string | undefined,
  provider: string | undefined,
  isJson: boolean,
): Promise<void> {
  const config = orExit(() => readConfig(PROVIDER_DEFINITIONS));
  if (provider !== undefined && !config.providers.has(provider)) {
    throw new UsageError(
      `${provider} is not configured. Configured: ${[...config.providers.keys()].join(', ')}`,
    );
  }
  const selection: Selection = user === undefined ? { kind: 'open' } : { kind: 'user', userId: user };
  const providers = provider === undefined ? undefined : [provider];
  const onReconciled = (done: ReconciledSession) => printLine(isJson ? JSON.stringify(done) : describe(done));
  const all = await withOperatorContext(config, (app) =>
    app
      .get(ReconciliationService)
      .reconcile(selection, providers, { shouldWaitForBudget: true, onReconciled }),
  );
  if (failuresOf(all).length > 0) process.exitCode = 1;
  if (!isJson) summarize(all, selection);
}

function describe({ provider, sessionId, userId, before, after, result, reason }: ReconciledSession): string {
  const step = before === after ? after : `${before} -> ${after}`;
  return `${provider}  ${sessionId ?? '-'}  user ${userId}  ${step}  (${result}${reason === null ? '' : `: ${reason}`})`;
}

function summarize(all: readonly ReconciledSession[], selection: Selection): void {
  const count = (result: ReconciledSession['result']) => all.filter((done) => done.result === result).length;
  if (all.length === 0) {
    printLine(
      selection.kind === 'user' ? 'This user has no session.' : 'No session is open at this provider.',
    );
  } else {
    const failed = failuresOf(all).length;
    printLine(
      `${all.length} read: ${count('moved')} moved, ${count('unchanged')} unchanged, ${failed} failed.`,
    );
  }
  if (count('unavailable') > 0) {
    printLine(
      'The command skips a provider that keeps failing. Run it again when the provider is available.',
    );
  }
}

function failuresOf(all: readonly ReconciledSession[]): ReconciledSession[] {
  return all.filter(({ result }) => result === 'refused' || result === 'unavailable');
}
