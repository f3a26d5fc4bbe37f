import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { OverloadedError } from '../common/request-errors.ts';
import { BodyReader } from './body-reader.ts';

const KIB = 1024;

describe('A reader of bodies', () => {
  let reader: BodyReader;
  beforeEach(() => {
    reader = new BodyReader(64 * KIB);
  });

  /** Starts a body that the test writes. */
  const receive = (limit = 32 * KIB, headers = {}) => {
    const stream = Object.assign(new PassThrough(), { headers });
    const read = new Promise<Buffer>((resolve, reject) => {
      reader.read(stream as unknown as IncomingMessage, limit, (error, body) => {
        if (error === null) resolve(body ?? Buffer.alloc(0));
        else reject(error);
      });
    });
    const result = read.catch((error: unknown) => error);
    return { stream, result };
  };
  /** Resolves once the reader has the bytes. */
  const write = (stream: PassThrough, bytes: number) =>
    new Promise<void>((resolve) => {
      stream.once('data', () => resolve());
      stream.write(Buffer.alloc(bytes, 'x'));
    });

  it('returns a body that arrives in many parts', async () => {
    const { stream, result } = receive();
    for (let part = 0; part < 3_000; part += 1) stream.write(String(part % 10));
    stream.end();
    expect(String(await result)).toBe(Array.from({ length: 3_000 }, (_, part) => part % 10).join(''));
  });

  it('rejects a declared length over the limit before the body arrives', async () => {
    const { result } = receive(32 * KIB, { 'content-length': String(32 * KIB + 1) });
    expect(await result).toMatchObject({ status: 413 });
  });

  it('rejects a body without a length when it exceeds the limit, although it does not end', async () => {
    const { stream, result } = receive();
    stream.write(Buffer.alloc(32 * KIB));
    stream.write('x');
    expect(await result).toMatchObject({ status: 413 });
  });

  it('rejects the largest unfinished body when all together exceed the limit', async () => {
    const large = receive();
    await write(large.stream, 31 * KIB);
    const others = [receive(), receive()];
    for (const { stream } of others) await write(stream, 20 * KIB);
    expect(await large.result).toBeInstanceOf(OverloadedError);

    for (const { stream } of others) stream.end();
    for (const { result } of others) expect(await result).toHaveLength(20 * KIB);
  });

  it('discards the rest of a rejected body', async () => {
    const { stream, result } = receive(KIB);
    stream.write(Buffer.alloc(2 * KIB));
    expect(await result).toMatchObject({ status: 413 });
    const drained = new Promise((resolve) => stream.once('end', resolve));
    stream.end(Buffer.alloc(512 * KIB));
    await drained;
  });

  it('counts no body that has arrived or whose client has disconnected', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [finished, aborted] = [receive(), receive()];
      for (const { stream } of [finished, aborted]) await write(stream, 30 * KIB);
      finished.stream.end();
      aborted.stream.destroy(new Error('aborted'));
      expect(await finished.result).toHaveLength(30 * KIB);
      expect(await aborted.result).toEqual(new Error('aborted'));
    }
  });
});
