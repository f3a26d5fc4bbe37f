const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const AN_HOUR = 5;
const A_DAY = 10;

/** "10 sessions per 24 hours and 5 sessions per 1 hour" (devdocs.veriff.com, DELETE /v1/sessions/{id}). */
export function createDeletionLimit(): { grant(now: Date): boolean } {
  let granted: number[] = [];
  return {
    grant(now) {
      const time = now.getTime();
      granted = granted.filter((earlier) => earlier > time - DAY_MS);
      const inTheHour = granted.filter((earlier) => earlier > time - HOUR_MS);
      if (granted.length >= A_DAY || inTheHour.length >= AN_HOUR) return false;
      granted.push(time);
      return true;
    },
  };
}
