import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// What has been compiled once is not compiled again: it was a quarter of the time of a start. Beside the code, where only
// who may write that may write this, and not in the temp folder, as Node would have it. Without it where neither can be.
enableCompileCache(join(import.meta.dirname, '.compile-cache'));
const { serve } = await import('./serve.ts');
await serve();
