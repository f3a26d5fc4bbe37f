import { createHash } from 'node:crypto';
import pg from 'pg';

/** More than the server allows any statement: where no answer has come for so long, there is nobody at the other end. */
const PATIENCE_MS = 6_000;

/** Statements are written in the code, so there are far fewer. Should one be made up each time, it is not kept for ever. */
const MAX_NAMES = 500;
const names = new Map<string, string>();

/**
 * A connection that is closed when statements are sent and none is answered. A server that goes away without a word
 * (power, network, fail-over) otherwise keeps its connections, and whoever waits on them, for the quarter of an hour
 * that TCP goes on trying. The driver's own `query_timeout` would give the connection back to the pool in the middle of
 * its transaction.
 *
 * And one on which a statement with values is parsed and planned once, not each time.
 */
export class ImpatientClient extends pg.Client {
  private unanswered = 0;
  /** Counts anew with each answer: a statement that waits behind others has not begun. */
  private patience: NodeJS.Timeout | undefined;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    // The pool listens while nobody has the connection, and TypeORM while somebody has it. In the moment between the
    // two nobody would, and an error that nobody hears ends the process. Whoever asks next is told anyway.
    this.on('error', () => undefined);
  }

  /** Only promises are bounded: that is how TypeORM asks. */
  override query(...args: unknown[]): never {
    const answer = (super.query as (...args: unknown[]) => unknown).apply(this, prepared(args));
    if (answer instanceof Promise) {
      this.unanswered += 1;
      if (this.unanswered === 1) {
        this.patience = setTimeout(() => this.connection.stream.destroy(), PATIENCE_MS);
      }
      const answered = () => this.noteAnswer();
      answer.then(answered, answered);
    }
    return answer as never;
  }

  private noteAnswer(): void {
    this.unanswered -= 1;
    if (this.unanswered === 0) clearTimeout(this.patience);
    else this.patience?.refresh();
  }
}

/** Under a name PostgreSQL keeps the statement's plan with the connection. */
function prepared(args: unknown[]): unknown[] {
  const [text, values, ...callback] = args;
  if (typeof text !== 'string' || !Array.isArray(values) || values.length === 0) return args;
  const name = nameOf(text);
  return name === undefined ? args : [{ name, text, values }, ...callback];
}

function nameOf(text: string): string | undefined {
  const known = names.get(text);
  if (known !== undefined || names.size >= MAX_NAMES) return known;
  const name = createHash('sha256').update(text).digest('hex').slice(0, 32);
  names.set(text, name);
  return name;
}
