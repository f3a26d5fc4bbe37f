const CAP = 200;

/** A sandbox can run for days; the page shows the newest. */
export const capped = <T,>(items: readonly T[]): readonly T[] => items.slice(0, CAP);

export function Rest({ of }: { of: readonly unknown[] }) {
  return of.length <= CAP ? null : <p className="quiet">and {of.length - CAP} older ones, not shown</p>;
}
