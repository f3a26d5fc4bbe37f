import { type DestinationStream, destination } from 'pino';

/** Whatever one turn of the event loop may write goes in one piece, unless it is more than this, in bytes. */
const PIECE = 8 * 1_024;

/** Lines that are kept, and go when they are told to: at once, where `sync` is asked for. */
interface Lines extends DestinationStream {
  flush(): void;
}

/** Where the log goes, for whoever collects it. */
export function standardOutput(): DestinationStream {
  return writtenEachTurn(destination({ dest: 1, sync: true, minLength: PIECE }));
}

/**
 * The lines of one turn of the event loop are written together, at its end: a write for each line was a tenth of what a
 * webhook or a status costs (docs/performance.md). A process that ends writes what is left; one that is killed loses
 * the lines of that one turn.
 */
export function writtenEachTurn(lines: Lines): DestinationStream {
  let isDue = false;
  function flush(): void {
    isDue = false;
    lines.flush();
  }
  process.once('exit', flush);
  return {
    write(line) {
      lines.write(line);
      if (isDue) return;
      isDue = true;
      setImmediate(flush);
    },
  };
}
