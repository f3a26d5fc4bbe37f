/** `npm run build`: builds dist/. */
import './preflight.mjs';
import { BuildFailed, buildGateway } from './build-when-needed.mjs';

try {
  await buildGateway();
} catch (error) {
  if (!(error instanceof BuildFailed)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
