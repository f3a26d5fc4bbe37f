/**
 * npm runs a script through a shell that does not forward SIGTERM. A supervisor that stops npm then leaves this process
 * behind, and the port stays taken. This module therefore treats the end of that shell as the signal.
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
