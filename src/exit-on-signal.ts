/**
 * Makes SIGTERM and SIGINT end the process at once. The first process of a container has no default action for a
 * signal. An entry imports this before it loads everything else, which takes up to a second.
 */
const onTerminate = () => process.exit(143);
const onInterrupt = () => process.exit(130);

process.on('SIGTERM', onTerminate);
process.on('SIGINT', onInterrupt);

/** Call this when the gateway can shut down in order. */
export function stopExitingOnSignal(): void {
  process.off('SIGTERM', onTerminate);
  process.off('SIGINT', onInterrupt);
}
