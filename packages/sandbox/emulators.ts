import { onfido } from './onfido/definition.ts';
import { persona } from './persona/definition.ts';
import { veriff } from './veriff/definition.ts';

/** The registry: every emulated provider, in the order in which the pages and the help list them. */
export const EMULATORS = [persona, veriff, onfido] as const;
