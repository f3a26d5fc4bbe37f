import { readFileSync } from 'node:fs';

const MANIFEST = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');

/** The version of the gateway. */
export const { version: VERSION } = JSON.parse(MANIFEST) as { version: string };
