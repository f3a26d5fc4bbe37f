import type { JobWithMetadata, PgBoss } from 'pg-boss';

/** By its attempt, too: a job that was given back, and is tried again elsewhere, is not done by what was done here. */
type JobAttempt = Pick<JobWithMetadata, 'id' | 'retryCount'>;

/** Notes jobs of a queue as done. Those that finish while one note is being written share the next. */
export class Completions {
  private finished: JobAttempt[] = [];
  private last: Promise<unknown> = Promise.resolve();
  private next: Promise<void> | null = null;

  constructor(
    private readonly boss: PgBoss,
    private readonly queue: string,
  ) {}

  /** Resolves once it is noted. Rejects where it could not be, with all that shared its note. */
  note(job: JobAttempt): Promise<void> {
    this.finished.push(job);
    this.next ??= this.last.then(() => this.write());
    return this.next;
  }

  private async write(): Promise<void> {
    const jobs = this.finished;
    this.finished = [];
    this.next = null;
    const written = this.boss.complete(this.queue, jobs);
    this.last = written.catch(() => undefined);
    await written;
  }
}
