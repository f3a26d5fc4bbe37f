import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { NestFactory } from '@nestjs/core';
import { reasonOf } from '../common/reason-of.ts';
import { orExit } from '../config/or-exit.ts';
import { readConfig } from '../config/read-config.ts';
import { PROVIDER_DEFINITIONS } from '../kyc/providers/registry.ts';
import { type Reconciled, ReconciliationService } from '../kyc/reconciliation/reconciliation.service.ts';
import type { Selection } from '../kyc/reconciliation/silent-sessions.ts';
import { OperatorModule } from './operator.module.ts';
import { refuse, say } from './terminal.ts';

const USAGE = `Usage: npm run reconcile -- (--user ID | --provider NAME) [--json]

Reads sessions at their provider now, and enters what was said there as a webhook would have been. It keeps to the
provider's rate limit, so many sessions take their time. The gateway's own configuration is used.

  --user ID         every session of this user, also those that are over
  --provider NAME   every session at this provider that is not over
  --json            one JSON object a line, one for each session
`;

let hasRead = false;
const { user, provider, json = false, help = false } = readArguments();
if (help) process.stdout.write(USAGE);
else if ((user === undefined) === (provider === undefined))
  refuse('Give --user or --provider, and not both', USAGE);
else await reconcile();

async function reconcile(): Promise<void> {
  const config = orExit(() => readConfig(PROVIDER_DEFINITIONS));
  if (provider !== undefined && !config.providers.has(provider)) {
    refuse(`${provider} is not configured; ${[...config.providers.keys()].join(', ')} would be`, USAGE);
    return;
  }
  try {
    const app = await NestFactory.createApplicationContext(OperatorModule.of(config), {
      logger: false,
      abortOnError: false,
    });
    try {
      const selection: Selection = user === undefined ? { kind: 'open' } : { kind: 'user', userId: user };
      const providers = provider === undefined ? undefined : [provider];
      const options = { isPatient: true, onReconciled: print };
      conclude(await app.get(ReconciliationService).reconcile(selection, providers, options));
    } finally {
      await app.close();
    }
  } catch (error) {
    process.stderr.write(`Nothing ${hasRead ? 'more ' : ''}was read: ${reasonOf(error)}\n`);
    process.exitCode = 1;
  }
}

function print(done: Reconciled): void {
  hasRead = true;
  if (json) {
    say(JSON.stringify(done));
    return;
  }
  const step = done.before === done.after ? done.after : `${done.before} -> ${done.after}`;
  const reason = done.reason === null ? '' : `: ${done.reason}`;
  say(`${done.provider}  ${done.sessionId ?? '-'}  user ${done.userId}  ${step}  (${done.result}${reason})`);
}

function conclude(all: readonly Reconciled[]): void {
  const count = (result: Reconciled['result']) => all.filter((done) => done.result === result).length;
  const failed = count('refused') + count('unavailable');
  if (failed > 0) process.exitCode = 1;
  if (json) return;
  if (all.length === 0) say(user === undefined ? 'No session is open there.' : 'This user has no session.');
  else say(`${all.length} read: ${count('moved')} moved, ${count('unchanged')} unchanged, ${failed} failed.`);
  if (count('unavailable') > 0) {
    say('A provider that keeps failing is left alone: there may be more to read once it answers again.');
  }
}

function readArguments() {
  try {
    return parseArgs({
      options: {
        user: { type: 'string' },
        provider: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${reasonOf(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}
