/**
 * Preloaded (`--import`) into a child process whose standard input is a pipe from its parent. The pipe closes however
 * the parent ends, SIGKILL included. The child then stops as on SIGTERM, and exits after a time limit in any case.
 */
const PATIENCE_MS = 5_000;

process.stdin.once('close', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
process.stdin.resume();
// Unreferenced, so that a child that has finished its work can exit.
process.stdin.unref();
