/// <reference types="jest" />
import { createTokenSource } from './token-source.ts';

describe('The token source', () => {
  let issued: number;
  let kept: string[];
  const issue = () => Promise.resolve(`token-${(issued += 1)}`);
  const keep = (token: string) => void kept.push(token);

  beforeEach(() => {
    issued = 0;
    kept = [];
  });

  it('issues one token for all calls that are rejected at the same time', async () => {
    const tokens = createTokenSource('old', issue, keep);
    expect(await Promise.all([tokens.renew('old'), tokens.renew('old')])).toEqual(['token-1', 'token-1']);
    expect(kept).toEqual(['token-1']);
  });

  it('returns the current token when an older token was rejected', async () => {
    const tokens = createTokenSource('old', issue, keep);
    await tokens.renew('old');
    expect(await tokens.renew('old')).toBe('token-1');
    expect(tokens.current()).toBe('token-1');
  });

  it('retries after a failed renewal', async () => {
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
