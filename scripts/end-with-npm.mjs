/**
 * npm runs a script through a shell that passes no SIGTERM on: whoever stops npm would leave us behind, holding the
 * port. So the end of that shell counts as the signal.
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
