import { setImmediate as turn } from 'node:timers/promises';
import { writtenEachTurn } from './standard-output.ts';

describe('the log', () => {
  const kept: string[] = [];
  const written: string[][] = [];
  const log = writtenEachTurn({
    write: (line) => void kept.push(line),
    flush: () => void written.push(kept.splice(0)),
  });
  beforeEach(() => void written.splice(0));

  it('has what was said in one turn of the event loop in one piece, when the turn is over', async () => {
    log.write('one');
    await Promise.resolve();
    log.write('two');
    expect(written).toEqual([]);
    await turn();
    expect(written).toEqual([['one', 'two']]);
  });

  it('has what is said in the next turn, too', async () => {
    log.write('three');
    await turn();
    log.write('four');
    await turn();
    expect(written).toEqual([['three'], ['four']]);
  });

  it('has the last words of a process that ends before the turn does', () => {
    log.write('five');
    const [onExit] = process.rawListeners('exit').slice(-1) as [() => void];
    onExit();
    expect(written).toEqual([['five']]);
  });
});
