import type { ProviderName } from '../sandbox/contract.ts';
import { approvalAt, rejectionAt } from './cases.ts';
import { gatewayClient } from './gateway-client.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { Journey } from './journey.ts';
import type { World } from './journey.ts';
import { PROVIDERS } from './options.ts';
import type { Resources } from './resources.ts';
import { openRows } from './rows.ts';
import type { Rows } from './rows.ts';
import { logIn } from './sample-user.ts';
import type { Stage } from './stage.ts';
import { summarize } from './summary.ts';
import { say } from './terminal.ts';

/** Walks users through every provider, switching between them by KYC_PROVIDER alone. True if all was right. */
export async function walkThrough(stage: Stage, resources: Resources): Promise<boolean> {
  const walk = new Walk(stage);
  let gateway: GatewayProcess | undefined;
  let leftOpen: Journey | undefined;
  for (const [index, provider] of PROVIDERS.entries()) {
    await gateway?.stop();
    say();
    gateway = await stage.raiseGateway(provider);
    walk.rows ??= await resources.hold(
      () => openRows(stage.databaseUrl),
      (rows) => rows.close(),
    );
    if (leftOpen !== undefined) await walk.finish(leftOpen, gateway);
    await walk.wholeWay(new Journey(approvalAt(provider), await walk.user(`${provider}-ann`)), gateway);
    await walk.wholeWay(new Journey(rejectionAt(provider), await walk.user(`${provider}-ron`)), gateway);
    leftOpen = index === 0 ? await walk.leaveOpen(provider, gateway) : undefined;
  }
  return summarize(walk.journeys, stage.sandbox.mailbox);
}
