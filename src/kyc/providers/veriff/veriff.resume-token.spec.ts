import fc from 'fast-check';
import { openResumeToken, sealResumeToken } from './veriff.resume-token.ts';

const SESSION = '12df6045-3846-3e45-946a-14fa6136d78b';
const LINK = 'https://alchemy.veriff.example/v/eyJhbGciOi.secret-part';
const OLD = 'abcdef12-abcd-abcd-abcd-abcdef012345';
const NEW = 'fedcba98-dcba-dcba-dcba-fedcba987654';

describe('A resume token of Veriff', () => {
  it('is decrypted to the link with the secret', async () => {
    expect(await openResumeToken(SESSION, await sealResumeToken(SESSION, LINK, OLD), [OLD])).toBe(LINK);
  });

  it('does not reveal the link or the session', async () => {
    const token = await sealResumeToken(SESSION, LINK, OLD);
    const readable = token.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    for (const text of [token, ...readable])
      expect(text).not.toMatch(/veriff|secret-part|12df6045|alg.*A256KW/);
  });

  it('differs each time it is encrypted', async () => {
    expect(await sealResumeToken(SESSION, LINK, OLD)).not.toBe(await sealResumeToken(SESSION, LINK, OLD));
  });

  it('can be decrypted after a rotation as long as the old secret is configured', async () => {
    const token = await sealResumeToken(SESSION, LINK, OLD);
    expect(await openResumeToken(SESSION, token, [NEW, OLD])).toBe(LINK);
    expect(await openResumeToken(SESSION, token, [NEW])).toBeNull();
  });

  it('cannot be decrypted without a secret or with an empty one', async () => {
    const token = await sealResumeToken(SESSION, LINK, OLD);
    expect(await openResumeToken(SESSION, token, [])).toBeNull();
    expect(await openResumeToken(SESSION, token, [''])).toBeNull();
  });

  it('is not encrypted with an empty secret', async () => {
    await expect(sealResumeToken(SESSION, LINK, '')).rejects.toThrow('empty secret');
  });

  it('is useless for another session', async () => {
    const token = await sealResumeToken(SESSION, LINK, OLD);
    expect(await openResumeToken('another-session', token, [OLD])).toBeNull();
  });

  it('cannot be decrypted if any character is changed', async () => {
    const token = await sealResumeToken(SESSION, LINK, OLD);
    const lastOfPart = (index: number) => token[index + 1] === '.' || index === token.length - 1;
    for (let index = 0; index < token.length; index += 1) {
      // The last character of a base64url part contains unused bits, so another character can mean the same bytes.
      if (token[index] === '.' || lastOfPart(index)) continue;
      const changed = token.slice(0, index) + (token[index] === 'A' ? 'B' : 'A') + token.slice(index + 1);
      expect(await openResumeToken(SESSION, changed, [OLD])).toBeNull();
    }
  });

  it('with any other content returns null', async () => {
    const part = fc.string({ maxLength: 20 });
    const garbage = fc.oneof(
      fc.string(),
      fc.array(part, { minLength: 5, maxLength: 5 }).map((parts) => parts.join('.')),
    );
    await fc.assert(
      fc.asyncProperty(
        garbage,
        async (token) => (await openResumeToken(SESSION, token, [NEW, OLD])) === null,
      ),
    );
  });
});
