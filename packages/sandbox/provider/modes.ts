import type { Misbehaviour, ProviderMode } from '../contract.ts';
import type { ProviderEmulator } from './emulator.ts';

const SLOW_MS = 5000;

/** Null for normal. A provider that is down does not execute calls. A slow one executes them and responds late. */
export function misbehaviourOf(mode: ProviderMode, emulator: ProviderEmulator): Misbehaviour | null {
  switch (mode) {
    case 'normal':
      return null;
    case 'slow':
      return { delayMs: SLOW_MS };
    case 'down':
      return { status: 503, hangUp: true };
    case 'rate_limited':
      return { status: 429, ...emulator.rateLimited };
  }
}

/** The mode that is closest to a misbehaviour. */
export function modeOf(how: Misbehaviour | null): ProviderMode {
  if (how === null) return 'normal';
  if (how.status === 429) return 'rate_limited';
  if (how.hangUp === true || (how.status ?? 200) >= 500) return 'down';
  return how.delayMs === undefined ? 'normal' : 'slow';
}
