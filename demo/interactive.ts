import { guide } from './guide.ts';
import type { DemoOptions } from './options.ts';
import type { Resources } from './resources.ts';
import { logIn } from './sample-user.ts';
import type { Stage } from './stage.ts';
import { say } from './terminal.ts';
import { watch } from './watch.ts';

/** Prints the guide, then live events until the demo is interrupted. Rejects if the gateway ends before that. */
export async function present(stage: Stage, resources: Resources, options: DemoOptions): Promise<never> {
  const { sandbox, databaseUrl, gateway, gatewayUrl } = stage;
  await gateway.start();
  await resources.hold(
    () => watch(sandbox),
    async (watching) => watching.stop(),
  );
  const places = {
    gatewayUrl,
    sandboxUrl: sandbox.url,
    databaseUrl: options.databaseUrl === undefined ? databaseUrl : undefined,
  };
  say(guide(places, await logIn(sandbox.issuer, 'jane')));
  return gateway.failure();
}
