import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readImportFile } from './import-file.ts';

const NOW = new Date('2026-03-04T12:00:00Z');
const HEADER = 'user_id,status,date,note\n';
const NO_DATE = expect.stringMatching(/^The date is no ISO date/);
const NO_HEADER = /^The first line must be a header/;

describe('The file of an import', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kyc-import-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function read(text: string) {
    const path = join(folder, 'users.csv');
    await writeFile(path, text);
    const lines = [];
    for await (const line of readImportFile(path, NOW)) lines.push(line);
    return lines;
  }
  const readLine = async (line: string) => (await read(`${HEADER}${line}\n`))[0];

  it('has one decision in each line', async () => {
    expect(await read('user_id,status,date\n17,verified,2024-05-17\n18,rejected,2024-05-17\n')).toEqual([
      { line: 2, userId: '17', status: 'verified', decidedAt: new Date('2024-05-17'), note: null },
      { line: 3, userId: '18', status: 'rejected', decidedAt: new Date('2024-05-17'), note: null },
    ]);
  });

  it('can have its columns in any order, as spreadsheets write them', async () => {
    expect(await read('\uFEFFNote,Date,Status,User id\r\n"a, b",2024-05-17,verified,17\r\n')).toEqual([
      { line: 2, userId: '17', status: 'verified', decidedAt: new Date('2024-05-17'), note: 'a, b' },
    ]);
  });

  it('numbers its lines as an editor does', async () => {
    const lines = await read(`${HEADER}1,verified,2024-05-17,"two\nlines"\n\n2,verified,2024-05-17,\n`);
    expect(lines.map(({ line }) => line)).toEqual([2, 5]);
  });

  it.each([
    ['2024-05-17', '2024-05-17T00:00:00Z'],
    ['2024-05-17T10:30:00Z', '2024-05-17T10:30:00Z'],
    ['2024-05-17T10:30:00.5+02:00', '2024-05-17T08:30:00.5Z'],
  ])('accepts the date %s', async (date, expected) => {
    expect(await readLine(`1,verified,${date},`)).toMatchObject({ decidedAt: new Date(expected) });
  });

  it.each([
    ['without a user id', ',verified,2024-05-17,', 'The user id is missing.'],
    [
      'with a long user id',
      `${'1'.repeat(256)},verified,2024-05-17,`,
      'The user id is longer than 255 characters.',
    ],
    ['with a capital status', '1,Verified,2024-05-17,', 'The status is neither verified nor rejected.'],
    ['with another status', '1,pending,2024-05-17,', 'The status is neither verified nor rejected.'],
    ['without a date', '1,verified', NO_DATE],
    ['with a local date', '1,verified,17.05.2024,', NO_DATE],
    ['with a day that does not exist', '1,verified,2024-02-30,', NO_DATE],
    ['with a time without a zone', '1,verified,2024-05-17T10:30:00,', NO_DATE],
    ['with a date in the future', '1,verified,2026-03-05,', 'The date is in the future.'],
    [
      'with a long note',
      `1,verified,2024-05-17,${'x'.repeat(501)}`,
      'The note is longer than 500 characters.',
    ],
    ['with too many fields', '1,verified,2024-05-17,a,b', expect.stringMatching(/^It has more fields/)],
    ['with a NUL character', '1,verified,2024-05-17,a\0b', 'It contains a NUL character.'],
  ])('says what is wrong with a line %s', async (_, line, problem) => {
    expect(await readLine(line)).toEqual({ line: 2, problem });
  });

  it.each([
    ['is empty', '', 'The file is empty'],
    ['has no header', '1,verified,2024-05-17\n', NO_HEADER],
    ['has no column of dates', 'user_id,status\n1,verified\n', NO_HEADER],
    ['has an unknown column', 'user_id,status,date,name\n', NO_HEADER],
    ['has a column twice', 'user_id,status,date,date\n', NO_HEADER],
    ['has semicolons', 'user_id;status;date\n', NO_HEADER],
    [
      'has a quote that is never closed',
      `${HEADER}1,verified,2024-05-17,"open\n`,
      /^Line \d+ is not valid CSV/,
    ],
    [
      'has an endless field',
      `${HEADER}1,verified,2024-05-17,"${'x'.repeat(20_000)}`,
      /^Line 2 is not valid CSV/,
    ],
  ])('is rejected as a whole if it %s', async (_, text, problem) => {
    await expect(read(text)).rejects.toThrow(problem);
  });

  it('is rejected if it does not exist', async () => {
    const lines = readImportFile(join(folder, 'missing.csv'), NOW);
    await expect(lines.next()).rejects.toThrow('ENOENT');
  });
});
