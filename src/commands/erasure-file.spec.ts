import { Readable } from 'node:stream';
import { readErasures } from './erasure-file.ts';

const REQUEST = '3f0b6f0e-5b7a-4c9e-9d3e-1c2b3a4d5e6f';
const TIME = '2026-11-01T10:20:30.400Z';
const ENTRY = {
  event: 'kyc.erasure_requested',
  userId: 'u1',
  requestId: REQUEST,
  requestedAt: TIME,
  by: 'Jo',
};
const LINE = JSON.stringify({ level: 30, ...ENTRY });
const ERASURE = { userId: 'u1', requestId: REQUEST, requestedAt: new Date(TIME), by: 'Jo' };

const read = (...lines: string[]) => readErasures(Readable.from([lines.join('\n')]));

describe('The file of erasures', () => {
  it.each([
    ['as the gateway logs it', LINE],
    ['after the prefix of docker compose', `gateway-1  | ${LINE}`],
    ['in the files of Docker', JSON.stringify({ log: `${LINE}\n`, stream: 'stdout', time: TIME })],
    ['in the files of Kubernetes', `${TIME} stdout F ${LINE}`],
    [
      'as an object in an entry of a collector',
      JSON.stringify({ _source: { kubernetes: {}, entry: ENTRY } }),
    ],
  ])('is read with the entry %s', async (_form, line) => {
    expect(await read('{"event":"kyc.erased"}', 'other text', line)).toEqual([ERASURE]);
  });

  it('is read with several entries in one line', async () => {
    const second = { ...ENTRY, userId: 'u2', requestId: REQUEST.replace('3', '4') };
    expect(await read(JSON.stringify({ values: [LINE, JSON.stringify(second)] }))).toHaveLength(2);
  });

  it('has an erasure once, and the erasures of one request at two times both', async () => {
    const later = LINE.replace('10:20', '11:20');
    expect(await read(LINE, later, LINE)).toEqual([
      ERASURE,
      { ...ERASURE, requestedAt: new Date('2026-11-01T11:20:30.400Z') },
    ]);
  });

  it.each([
    ['was cut off', LINE.slice(0, -20), 'is not valid JSON'],
    ['is printed over several lines', '  "event": "kyc.erasure_requested",', 'is not valid JSON'],
    ['only mentions the event', '{"msg":1,"kyc.erasure_requested":2}', 'not as the event of an entry'],
    ['names no user', LINE.replace('userId', 'user'), 'without userId or requestId'],
    ['is from a release that logged no time', LINE.replace('requestedAt', 'at'), 'without requestedAt or by'],
  ])('is rejected if a line %s', async (_form, line, message) => {
    await expect(read(LINE, line)).rejects.toThrow(`line 2 has kyc.erasure_requested`);
    await expect(read(LINE, line)).rejects.toThrow(message);
  });

  it('is rejected without any erasure', async () => {
    await expect(read('{"event":"kyc.erased"}')).rejects.toThrow('no line has kyc.erasure_requested');
    await expect(read('')).rejects.toThrow('no line has kyc.erasure_requested');
  });
});
