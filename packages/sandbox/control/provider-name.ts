import { z } from 'zod';
import { PROVIDER_NAMES } from '../providers.ts';

export const providerName = z.enum(PROVIDER_NAMES);

export const switchRequest = z.strictObject({ provider: providerName });
