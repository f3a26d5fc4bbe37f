import { PROVIDER_NAMES } from '../providers.ts';
import type { ProviderName } from '../sandbox.ts';
import type { Driver } from './driver.ts';

/** The `test-driver.ts` in the folder of each emulator. */
export const DRIVERS = Object.fromEntries(
  await Promise.all(
    PROVIDER_NAMES.map(async (name) => {
      const { driver } = (await import(`../${name}/test-driver.ts`)) as { driver: Driver };
      return [name, driver] as const;
    }),
  ),
) as Readonly<Record<ProviderName, Driver>>;
