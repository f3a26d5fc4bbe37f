/**
 * Preloaded (`--import`) into a child process whose standard input is a pipe from its parent. The pipe closes when
 * the parent ends, even by SIGKILL. The child then stops as on SIGTERM, or exits after a time limit.
 */
const PATIENCE_MS = 5_000;

process.stdin.once('close', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
process.stdin.resume();
// Unreferenced, so that a child that has finished its work can exit.
process.stdin.unref();
