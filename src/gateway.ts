import 'reflect-metadata';
import { orExit } from './config/or-exit.ts';
import { readConfig } from './config/read-config.ts';
import { lastLineOf } from './failed-start.ts';
import { createApp } from './http/create-app.ts';
import { logHangUp, shutDownOnSignal } from './http/shutdown.ts';
import { PROVIDER_DEFINITIONS } from './kyc/providers/registry.ts';

const config = orExit(() => readConfig(PROVIDER_DEFINITIONS));
logHangUp();
try {
  const app = await createApp(config);
  shutDownOnSignal(app, config.http.drainSeconds);
  await app.listen(config.http.port, config.http.host);
} catch (error) {
  // The log is flushed at the exit too, and this line must come after it.
  process.once('exit', () => process.stderr.write(`${lastLineOf(error)}\n`));
  process.exit(1);
}
