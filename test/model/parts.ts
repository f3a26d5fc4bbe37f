import { ALL_SETTINGS } from './generate.ts';
import type { History, Settings } from './steps.ts';

/** Histories that a worker runs one after the other. */
export interface Part {
  seed: number;
  from: number;
  to: number;
  settings: Settings;
}

/** A history that broke an invariant. */
export interface Found {
  index: number;
  /** Equal for failures that look alike. */
  signature: string;
  message: string;
  /** Shrunk, unless enough of its kind were shrunk. */
  history: History;
}

const HISTORIES_PER_PART = 20;

export function* partsOf(seed: number, histories: number, first = 0): Generator<Part> {
  for (let from = first; from < first + histories; from += HISTORIES_PER_PART) {
    const to = Math.min(first + histories, from + HISTORIES_PER_PART);
    yield { seed, from, to, settings: settingsOf(from) };
  }
}

/** Histories of one part have the same settings, because each setting needs a system of its own. */
export function settingsOf(index: number): Settings {
  const part = Math.floor(index / HISTORIES_PER_PART);
  return ALL_SETTINGS[part % ALL_SETTINGS.length] as Settings;
}
