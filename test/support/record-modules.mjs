/** Loaded with --import: at the exit, writes the URLs of all modules that the process has loaded to MODULES_FILE. */
import { writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

const urls = [];
registerHooks({
  load(url, context, next) {
    urls.push(url);
    return next(url, context);
  },
});
process.on('exit', () => writeFileSync(process.env.MODULES_FILE, urls.join('\n')));
