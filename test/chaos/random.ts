/** A repeatable random source: the same seed makes the same choices. */
export interface Random {
  readonly seed: number;
  /** An integer in the inclusive range. */
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  /** @param share the probability, from 0 to 1 */
  happens(share: number): boolean;
}

/** Uses the seed in KYC_CHAOS_SEED to repeat a failed run, or a new one. */
export function startRandom(): Random {
  const given = process.env['KYC_CHAOS_SEED'];
  const seed = given === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(given);
  process.stderr.write(`KYC_CHAOS_SEED=${seed}\n`);
  return randomOf(seed);
}

/** Mulberry32, a small generator with sufficient quality. */
function randomOf(seed: number): Random {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, most: number) => least + Math.floor(next() * (most - least + 1));
  return {
    seed,
    between,
    pick: (list) => list[between(0, list.length - 1)] as (typeof list)[number],
    happens: (share) => next() < share,
  };
}
