import 'reflect-metadata';
import { reasonOf } from './common/reason-of.ts';
import { orExit } from './config/or-exit.ts';
import { readConfig } from './config/read-config.ts';
import { createApp } from './http/create-app.ts';
import { shutDownOnSignal } from './http/shutdown.ts';
import { PROVIDER_DEFINITIONS } from './kyc/providers/registry.ts';

const config = orExit(() => readConfig(PROVIDER_DEFINITIONS));
try {
  const app = await createApp(config);
  shutDownOnSignal(app, config.http.drainSeconds);
  await app.listen(config.http.port, config.http.host);
} catch (error) {
  process.stderr.write(`The gateway could not start: ${reasonOf(error)}\n`);
  process.exit(1);
}
