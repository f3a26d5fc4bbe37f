import type { PgBoss } from 'pg-boss';
import { Completions } from './completions.js';

const job = (id: string) => ({ id, retryCount: 0 });

/** Notes what it is told to, when it is let. */
function recorder() {
  const written: string[][] = [];
  const open: PromiseWithResolvers<void>[] = [];
  const boss = {
    complete: (_queue: string, jobs: { id: string }[]) => {
      written.push(jobs.map(({ id }) => id));
      const answer = Promise.withResolvers<void>();
      open.push(answer);
      return answer.promise;
    },
  };
  return { written, open, completions: new Completions(boss as unknown as PgBoss, 'notification') };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('finished jobs', () => {
  it('share a note where they finish while another is being written', async () => {
    const { written, open, completions } = recorder();
    const first = completions.note(job('a'));
    await turn();
    const others = Promise.all([completions.note(job('b')), completions.note(job('c'))]);
    await turn();
    expect(written).toEqual([['a']]);
    open[0]?.resolve();
    await first;
    await turn();
    expect(written).toEqual([['a'], ['b', 'c']]);
    open[1]?.resolve();
    await others;
  });

  it('are noted although the note before them failed', async () => {
    const { written, open, completions } = recorder();
    const failing = completions.note(job('a'));
    await turn();
    const next = completions.note(job('b'));
    open[0]?.reject(new Error('the database is away'));
    await expect(failing).rejects.toThrow('the database is away');
    await turn();
    expect(written).toEqual([['a'], ['b']]);
    open[1]?.resolve();
    await next;
  });
});
