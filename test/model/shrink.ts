import type { History, Step } from './steps.ts';
import { Violation } from './violation.ts';

/** Runs a history. Resolves to its violation, or to null. */
export type Run = (history: History) => Promise<Violation | null>;

const MAX_RUNS = 80;

/**
 * Removes steps, and simplifies the steps that are left, as long as the same violation remains. A step that makes no
 * sense does nothing, so every part of a history can be run.
 */
export async function shrink(history: History, signature: string, run: Run): Promise<History> {
  let smallest = history;
  let runs = 0;
  const accept = async (steps: readonly Step[]): Promise<boolean> => {
    if (runs === MAX_RUNS) return false;
    runs += 1;
    const candidate = { ...history, steps };
    const isSame = (await run(candidate))?.signature === signature;
    if (isSame) smallest = candidate;
    return isSame;
  };

  for (
    let size = Math.ceil(history.steps.length / 2);
    size >= 1;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let from = smallest.steps.length - size; from >= 0; from -= 1) {
      const { steps } = smallest;
      if (
        from + size <= steps.length &&
        (await accept([...steps.slice(0, from), ...steps.slice(from + size)]))
      )
        from = Math.min(from, smallest.steps.length - size + 1);
    }
  }
  for (let index = 0; index < smallest.steps.length; index += 1) {
    for (const simpler of simplerSteps(smallest.steps[index] as Step)) {
      await accept(smallest.steps.with(index, simpler));
    }
  }
  return smallest;
}

/** The step without one of its optional fields, or for the first user. */
function simplerSteps(step: Step): Step[] {
  const optional = ['trouble', 'reason', 'delivery', 'time', 'older', 'mailFails', 'by'];
  const without = Object.keys(step)
    .filter((name) => optional.includes(name) && step.step !== 'advance')
    .map((name) => Object.fromEntries(Object.entries(step).filter(([field]) => field !== name)) as Step);
  if (step.step === 'together') return [...step.steps];
  if (step.step === 'kill') return [step.during];
  return 'user' in step && step.user > 0 ? [...without, { ...step, user: 0 }] : without;
}
