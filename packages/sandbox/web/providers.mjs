import { PROVIDER_NAMES, PROVIDERS } from '../providers.ts';

/** The facts that the pages show about the providers. The build replaces this module by its value, without the emulators. */
export const TABLE = PROVIDER_NAMES.map((name) => [name, PROVIDERS[name]]);
