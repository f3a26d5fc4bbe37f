import 'reflect-metadata';
import { orExit } from '../config/or-exit.ts';
import { readConfig } from '../config/read-config.ts';
import { PROVIDER_DEFINITIONS } from '../kyc/providers/registry.ts';
import {
  type ReconciledSession,
  ReconciliationService,
} from '../kyc/reconciliation/reconciliation.service.ts';
import type { Selection } from '../kyc/store/attempt.repository.ts';
import { printLine, runCommand, UsageError } from './command.ts';
import { withOperatorContext } from './operator.module.ts';

const USAGE = `Usage: npm run reconcile -- (--user ID | --provider NAME) [--json]

Reads sessions at their provider now. The gateway applies what the provider reports, as if a webhook had brought it.
The command respects the provider's rate limit, so many sessions take a while.

  --user ID         every session of this user, also those that are over
  --provider NAME   every session at this provider that is not over
  --json            prints one JSON object per session

Needs the configuration of the gateway.
Exit code: 0 success, 1 if a session could not be read, 2 wrong arguments.
`;

await runCommand({
  usage: USAGE,
  options: { user: { type: 'string' }, provider: { type: 'string' }, json: { type: 'boolean' } },
  async run({ user, provider, json: isJson = false }, positionals) {
    if ((user === undefined) === (provider === undefined) || positionals.length > 0) {
      throw new UsageError('Give either --user or --provider');
    }
    const config = orExit(() => readConfig(PROVIDER_DEFINITIONS));
    if (provider !== undefined && !config.providers.has(provider)) {
      throw new UsageError(
        `${provider} is not configured. Configured: ${[...config.providers.keys()].join(', ')}`,
      );
    }
    const selection: Selection = user === undefined ? { kind: 'open' } : { kind: 'user', userId: user };
    const providers = provider === undefined ? undefined : [provider];
    const onReconciled = (done: ReconciledSession) =>
      printLine(isJson ? JSON.stringify(done) : describe(done));
    const all = await withOperatorContext(config, (app) =>
      app
        .get(ReconciliationService)
        .reconcile(selection, providers, { shouldWaitForBudget: true, onReconciled }),
    );
    if (failuresOf(all).length > 0) process.exitCode = 1;
    if (!isJson) summarize(all, selection);
  },
});

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
