/** The demo cannot continue. The message is for the user, so no stack is printed. */
export class DemoFailure extends Error {}
