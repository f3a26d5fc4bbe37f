import { median } from '../statistics.ts';
import type { Stage } from '../surroundings/stage.ts';

/** A program that is compared with others. */
export interface Contender<Result> {
  name: string;
  turn(): Promise<Result>;
}

/**
 * Each contender warms up and then has one turn per round.
 *
 * @returns the results in the order of the contenders, one per round
 */
export async function inTurns<Result>(
  stage: Stage,
  contenders: readonly Contender<Result>[],
): Promise<Result[][]> {
  for (const { name, turn } of contenders) {
    stage.progress(`warming up: ${name}`);
    await turn();
  }
  const entries = contenders.map((contender) => ({ ...contender, results: [] as Result[] }));
  for (let round = 0; round < stage.rounds; round += 1) {
    for (const { name, turn, results } of rotated(entries, round)) {
      stage.progress(`round ${round + 1} of ${stage.rounds}: ${name}`);
      results.push(await turn());
    }
  }
  return entries.map(({ results }) => results);
}

/** Rotates the order, so that each contender is first once. */
export function rotated<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

export function ratios(ours: readonly number[], theirs: readonly number[]): number[] {
  return ours.map((value, round) => value / (theirs[round] ?? Number.NaN));
}

/** The median as text. */
export function perSecond(values: readonly number[]): string {
  return `${Math.round(median(values)).toLocaleString('en')}/s`;
}
