/** Longer than a wrong route or a restart of the provider lasts. Only a second 404 after this time is believed. */
const CONFIRMED_AFTER_MS = 5 * 60 * 1_000;

export const NOT_FOUND: readonly (number | null)[] = [404, 410];

/** The milliseconds until another 404 is believed, if the first one came at `since`. At most 0 if this one is believed. */
export function msUntilBelieved(since: Date, now: Date): number {
  return since.getTime() + CONFIRMED_AFTER_MS - now.getTime();
}
