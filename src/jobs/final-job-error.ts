/**
 * Trying again cannot help: the job is parked at once, for a person to look at. Whatever else a handler throws is
 * taken for something that may pass.
 */
export class FinalJobError extends Error {
  override readonly name = 'FinalJobError';
}
