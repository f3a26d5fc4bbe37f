/** Chance that can be repeated: the same seed makes the same choices in the same order. */
export interface Random {
  readonly seed: number;
  /** A whole number, both ends included. */
  between(least: number, most: number): number;
  pick<T>(list: readonly T[]): T;
  /** @param share of the times, 0 to 1 */
  happens(share: number): boolean;
}

/** Of the seed that KYC_CHAOS_SEED gives, so that a red run can be repeated, or of a new one. */
export function startRandom(): Random {
  const given = process.env['KYC_CHAOS_SEED'];
  const seed = given === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(given);
  process.stderr.write(`KYC_CHAOS_SEED=${seed}\n`);
  return randomOf(seed);
}

/** Mulberry32: small, and good enough to be unfair to everybody alike. */
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
