/**
 * Preloaded (`--import`) into a child whose standard input is a pipe from its parent: the pipe closes whatever way the
 * parent ends, SIGKILL included, and the child ends too. First as it would for an operator, then in any case.
 */
const PATIENCE_MS = 5_000;

process.stdin.once('close', () => {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), PATIENCE_MS).unref();
  process.kill(process.pid, 'SIGTERM');
});
process.stdin.resume();
// Nothing here keeps the child alive: a build ends when it is done.
process.stdin.unref();
