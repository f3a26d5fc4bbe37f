/**
 * The database cannot serve the gateway until an operator changes it or the configuration. A retry does not help. The
 * message says what to change.
 */
export class UnfitDatabaseError extends Error {}
