import { checkEnd, quiesce } from './finish.ts';
import { checkStep } from './invariants.ts';
import { perform } from './perform.ts';
import { takeSnapshot } from './snapshot.ts';
import type { Step } from './steps.ts';
import type { ModelSystem } from './system.ts';
import { Violation } from './violation.ts';
import { World } from './world.ts';

/**
 * Runs a history on a system whose database is empty, and leaves it empty.
 *
 * @param tamper called after each step, before its invariants are checked; only for tests of the model itself
 * @throws Violation, the first one
 */
export async function runOn(
  system: ModelSystem,
  steps: readonly Step[],
  tamper: (world: World) => Promise<unknown> = () => Promise.resolve(),
): Promise<void> {
  const world = new World(system);
  let snapshot = await takeSnapshot(world);
  const run = async (step: Step) => {
    world.step += 1;
    await perform(world, step);
    await tamper(world);
    const after = await takeSnapshot(world);
    checkStep(world, step, snapshot, after);
    snapshot = after;
  };
  try {
    for (const step of steps) await run(step);
    await quiesce(world, run);
    await checkEnd(world);
  } catch (error) {
    if (error instanceof Violation) throw error;
    throw new Violation(
      'crash',
      error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : 'not an error',
      {
        stack: error instanceof Error ? error.stack : String(error),
      },
    );
  } finally {
    world.down.clear();
    world.restoreProviders();
    system.sandbox.mailbox.refuseNext(0);
    await system.settle();
    await system.wipe();
    // Budgets, limits and circuit breakers of this history end.
    system.clock.advance(120_000);
  }
}
