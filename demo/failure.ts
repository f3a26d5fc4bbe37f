/** The demo cannot go on, for a reason that the user can read; no stack is wanted. */
export class DemoFailure extends Error {}
