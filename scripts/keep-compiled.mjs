/**
 * For `node --import`, with NODE_COMPILE_CACHE: Node writes its compiled modules only when a process exits by itself, and
 * `npm run dev` kills the gateway at every edit.
 */
import { flushCompileCache } from 'node:module';

const AFTER_START_MS = 5_000;

setTimeout(flushCompileCache, AFTER_START_MS).unref();
