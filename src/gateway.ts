import 'reflect-metadata';
import { orExit } from './config/or-exit.ts';
import { SecretFiles } from './config/secret-files.ts';
import { lastLineOf } from './common/failed-start.ts';
import { stopExitingOnSignal } from './exit-on-signal.ts';
import { createApp } from './http/create-app.ts';
import { shutDownOnSignal } from './http/shutdown.ts';
import { PROVIDER_DEFINITIONS } from './kyc/providers/registry.ts';
import { rotateSecrets } from './secret-rotation.ts';

const files = new SecretFiles(PROVIDER_DEFINITIONS);
const config = orExit(() => files.readConfig());
try {
  const app = await createApp(config);
  rotateSecrets(app, files);
  stopExitingOnSignal();
  shutDownOnSignal(app, config.http.drainSeconds);
  await app.listen(config.http.port, config.http.host);
} catch (error) {
  // The log is flushed at the exit too, and this line must come after it.
  process.once('exit', () => process.stderr.write(`${lastLineOf(error)}\n`));
  process.exit(1);
}
