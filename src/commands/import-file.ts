import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { type CsvError, parse } from 'csv-parse';
import { z } from 'zod';
import type { ImportedDecision } from '../kyc/store/import.repository.ts';

export interface BadLine {
  line: number;
  /** A sentence that repeats nothing of the line, because the file may contain personal data. */
  problem: string;
}

/** The file cannot be read as a list of decisions. Its other lines cannot be trusted either. */
export class ImportFileError extends Error {}

/** The positions of the columns. */
interface Header {
  user_id: number;
  status: number;
  date: number;
  /** -1 if the file has no notes. */
  note: number;
  columns: number;
}

const COLUMNS = ['user_id', 'status', 'date', 'note'] as const;
const MAX_USER_ID_LENGTH = 255;
const MAX_NOTE_LENGTH = 500;
/** Stops a quote that is never closed from reading the rest of the file into memory. */
const MAX_RECORD_BYTES = 16_384;

const ISO_DATE = z.union([z.iso.date(), z.iso.datetime({ offset: true })]);

/**
 * Reads the file once, line by line.
 * @throws ImportFileError if it has no header or is no CSV
 */
export async function* readImportFile(path: string, now: Date): AsyncGenerator<ImportedDecision | BadLine> {
  let header: Header | undefined;
  try {
    for await (const [line, ...fields] of numberedRecords(path)) {
      if (header === undefined) header = readHeader(fields);
      else yield read(Number(line), fields, header, now);
    }
  } catch (error) {
    const { code, lines, message } = error as Partial<CsvError>;
    if (!String(code).startsWith('CSV_')) throw error;
    throw new ImportFileError(`Line ${lines} is not valid CSV: ${message}`, { cause: error });
  }
  if (header === undefined) throw new ImportFileError('The file is empty');
}

/** Each record begins with the number of its line. */
function numberedRecords(path: string): AsyncIterable<string[]> {
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    relax_column_count: true,
    trim: true,
    max_record_size: MAX_RECORD_BYTES,
    // The parser has reached the last line of the record. A quoted field can contain line breaks.
    on_record: (fields, { lines }) => [String(lines - fields.join().split('\n').length + 1), ...fields],
  });
  // An error of the file reaches the reader of the parser.
  return pipeline(createReadStream(path), parser, () => undefined);
}

function readHeader(fields: readonly string[]): Header {
  const names = fields.map((name) => name.toLowerCase().replaceAll(' ', '_'));
  const unknown = names.findIndex((name) => !(COLUMNS as readonly string[]).includes(name));
  const [user_id = -1, status = -1, date = -1, note = -1] = COLUMNS.map((name) => names.indexOf(name));
  if (Math.min(user_id, status, date) < 0 || unknown >= 0 || new Set(names).size < names.length) {
    throw new ImportFileError(
      'The first line must be a header with the columns user_id, status, date and, if there are notes, note',
    );
  }
  return { user_id, status, date, note, columns: names.length };
}

function read(
  line: number,
  fields: readonly string[],
  header: Header,
  now: Date,
): ImportedDecision | BadLine {
  const bad = (problem: string): BadLine => ({ line, problem });
  const field = (position: number) => fields[position] ?? '';
  if (fields.length > header.columns) {
    return bad('It has more fields than the header. A field that contains a comma needs quotes.');
  }
  if (fields.some((text) => text.includes('\0'))) return bad('It contains a NUL character.');
  const userId = field(header.user_id);
  if (userId === '') return bad('The user id is missing.');
  if (userId.length > MAX_USER_ID_LENGTH) return bad('The user id is longer than 255 characters.');
  const status = field(header.status);
  if (status !== 'verified' && status !== 'rejected')
    return bad('The status is neither verified nor rejected.');
  const date = field(header.date);
  if (!ISO_DATE.safeParse(date).success) {
    return bad('The date is no ISO date with a time zone, for example 2024-05-17 or 2024-05-17T10:00:00Z.');
  }
  const decidedAt = new Date(date);
  if (decidedAt > now) return bad('The date is in the future.');
  const note = field(header.note);
  if (note.length > MAX_NOTE_LENGTH) return bad('The note is longer than 500 characters.');
  return { line, userId, status, decidedAt, note: note === '' ? null : note };
}
