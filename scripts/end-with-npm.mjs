/**
 * npm runs a script through a shell that does not forward SIGTERM. If a supervisor stops npm, this process would
 * continue and keep its port. This module therefore treats the end of that shell as the signal.
 */
const INTERVAL_MS = 500;

if (process.env.npm_lifecycle_event !== undefined) {
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, INTERVAL_MS).unref();
}
