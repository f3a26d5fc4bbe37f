/// <reference types="jest" />
import { createTokenSource } from './token-source.ts';

describe('the source of tokens', () => {
  let issued: number;
  let kept: string[];
  const issue = () => Promise.resolve(`token-${(issued += 1)}`);
  const keep = (token: string) => void kept.push(token);

  beforeEach(() => {
    issued = 0;
    kept = [];
  });

  it('gets one token for all calls that are refused at the same time', async () => {
    const tokens = createTokenSource('old', issue, keep);
    expect(await Promise.all([tokens.renew('old'), tokens.renew('old')])).toEqual(['token-1', 'token-1']);
    expect(kept).toEqual(['token-1']);
  });

  it('gives a call that was refused with an older token the newer one that is there', async () => {
    const tokens = createTokenSource('old', issue, keep);
    await tokens.renew('old');
    expect(await tokens.renew('old')).toBe('token-1');
    expect(tokens.current()).toBe('token-1');
  });

  it('tries again after a failure', async () => {
    let isDown = true;
    const tokens = createTokenSource(
      'old',
      () => (isDown ? Promise.reject(new Error('down')) : issue()),
      keep,
    );
    await expect(tokens.renew('old')).rejects.toThrow('down');
    isDown = false;
    expect(await tokens.renew('old')).toBe('token-1');
  });
});
