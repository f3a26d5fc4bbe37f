import type { ProviderName } from '../packages/sandbox/sandbox.ts';
import { approvalAt, rejectionAt } from './cases.ts';
import type { Case } from './cases.ts';
import { gatewayClient } from './gateway-client.ts';
import type { GatewayProcess } from './gateway-process.ts';
import { Journey } from './journey.ts';
import type { World } from './journey.ts';
import { PROVIDER_NAMES } from '../packages/sandbox/providers.ts';
import type { Resources } from './resources.ts';
import { openRows } from './rows.ts';
import { logIn } from './sample-user.ts';
import type { Stage } from './stage.ts';
import { summarize } from './summary.ts';
import { say } from './terminal.ts';

/** Runs the scenarios at every provider, switching by KYC_PROVIDER alone. Returns true if every check passed. */
export async function walkThrough(stage: Stage, resources: Resources): Promise<boolean> {
  const { sandbox } = stage;
  const rows = await resources.hold(
    () => openRows(stage.databaseUrl),
    (opened) => opened.close(),
  );
  const journeys: Journey[] = [];
  const set = async (story: Case, name: string): Promise<Journey> => {
    const journey = new Journey(story, await logIn(sandbox.issuer, name));
    journeys.push(journey);
    return journey;
  };
  const worldOf = (gateway: GatewayProcess, provider: ProviderName): World => ({
    gateway: gatewayClient(gateway.url),
    provider: sandbox[provider],
    rows,
    mailbox: sandbox.mailbox,
  });

  let gateway: GatewayProcess | undefined;
  let open: Journey | undefined;
  for (const provider of PROVIDER_NAMES) {
    await gateway?.stop();
    say();
    gateway = await stage.raiseGateway(provider);
    const world = worldOf(gateway, provider);
    if (open !== undefined) await finishAfterSwitch(open, worldOf(gateway, open.case.provider), provider);
    open = undefined;
    await approve(await set(approvalAt(provider), 'ann'), world);
    await reject(await set(rejectionAt(provider), 'ron'), world);
    if (provider !== PROVIDER_NAMES[0]) continue;
    // This session stays open at the first provider and finishes after the switch to the second.
    open = await set(approvalAt(provider, 'switched'), 'sue');
    await open.take((journey) => journey.begin(world));
  }
  // Stopping the gateway delivers the mails that are still queued.
  await gateway?.stop();
  return summarize(journeys, sandbox.mailbox);
}

function approve(journey: Journey, world: World): Promise<void> {
  return journey.take(async () => {
    await journey.begin(world);
    await journey.submit(world);
    await journey.decide(world);
    await journey.beginAgain(world);
  });
}

function reject(journey: Journey, world: World): Promise<void> {
  return journey.take(async () => {
    await journey.begin(world);
    await journey.submit(world);
    await journey.decide(world);
  });
}

function finishAfterSwitch(journey: Journey, world: World, provider: ProviderName): Promise<void> {
  return journey.take(async () => {
    journey.sayTitle(`opened before the switch, decided with KYC_PROVIDER=${provider}`);
    await journey.submit(world);
    await journey.decide(world);
  });
}
