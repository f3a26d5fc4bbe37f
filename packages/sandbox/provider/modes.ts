import type { Misbehavior, ProviderMode } from './contract.ts';
import type { ProviderEmulator } from './emulator.ts';

const SLOW_MS = 5000;

/** Null for normal. A provider that is down does not execute calls. A slow one executes them and responds late. */
export function misbehaviorOf(mode: ProviderMode, emulator: ProviderEmulator): Misbehavior | null {
  switch (mode) {
    case 'normal':
      return null;
    case 'slow':
      return { delayMs: SLOW_MS };
    case 'down':
      return { status: 503, disconnect: true };
    case 'rate_limited':
      return { status: 429, ...emulator.rateLimited };
  }
}

/** The mode that is closest to a misbehavior. */
export function modeOf(how: Misbehavior | null): ProviderMode {
  if (how === null) return 'normal';
  if (how.status === 429) return 'rate_limited';
  if (how.disconnect === true || (how.status ?? 200) >= 500) return 'down';
  return how.delayMs === undefined ? 'normal' : 'slow';
}
