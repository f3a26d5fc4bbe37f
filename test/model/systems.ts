import { runOn } from './run-history.ts';
import type { History, Settings, Step } from './steps.ts';
import { type ModelSystem, startSystem } from './system.ts';
import { Violation } from './violation.ts';

/** The emulators keep every session and every call, so a system gets slower with time. */
const HISTORIES_PER_SYSTEM = 300;

/** Starts a system for each setting when it is needed first, and a new one when it is worn out. */
export class Systems {
  readonly #running = new Map<string, { system: ModelSystem; runs: number }>();

  async run({ settings, steps }: History): Promise<Violation | null> {
    const system = await this.#systemFor(settings);
    try {
      await runOn(system, steps);
      return null;
    } catch (error) {
      if (error instanceof Violation) return error;
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const { system } of this.#running.values()) {
      await system.close();
      system.clock.uninstall();
    }
    this.#running.clear();
  }

  async #systemFor(settings: Settings): Promise<ModelSystem> {
    const key = JSON.stringify(settings);
    let entry = this.#running.get(key);
    if (entry !== undefined && entry.runs >= HISTORIES_PER_SYSTEM) {
      this.#running.delete(key);
      await entry.system.close();
      entry = undefined;
    }
    if (entry === undefined) {
      entry = { system: await startSystem(settings), runs: 0 };
      this.#running.set(key, entry);
    }
    entry.runs += 1;
    return entry.system;
  }
}

const DEFAULT_SETTINGS: Settings = { keepsDecision: true, maxAttempts: 2 };
const systems = new Systems();

/** Runs a history that the model has printed. Rejects with the first Violation. Call `closeSystems` after the last one. */
export async function runHistory(
  steps: readonly Step[],
  settings: Settings = DEFAULT_SETTINGS,
): Promise<void> {
  const violation = await systems.run({ settings, steps });
  if (violation !== null) throw violation;
}

export function closeSystems(): Promise<void> {
  return systems.close();
}
