import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The title of each column and its value in a line. */
const COLUMNS = [
  ['test', ({ name }) => name],
  ['sent', ({ sent }) => sent],
  ['attempts', ({ attempts }) => attempts],
  ['answered 200', ({ acknowledged }) => acknowledged],
  ['applied', ({ applied }) => applied],
  ['duplicates', ({ duplicates }) => duplicates],
  ['mails', ({ mails }) => mails],
  ['repeated', ({ repeatedMails }) => repeatedMails],
  ['kills', ({ kills }) => kills],
  ['faults', ({ faults }) => faults],
  ['recovery p50/max ms', ({ recoveriesMs }) => spread(recoveriesMs ?? [])],
  ['seed', ({ seed }) => seed],
];

/** Prints the figures of all chaos tests as one table at the end of the run. */
export default class ChaosReporter {
  onRunStart() {
    this.folder = mkdtempSync(join(tmpdir(), 'kyc-chaos-'));
    process.env.KYC_CHAOS_REPORT = this.folder;
  }

  onRunComplete() {
    const lines = readLines(join(this.folder, 'lines.jsonl'));
    rmSync(this.folder, { recursive: true, force: true });
    if (lines.length > 0) process.stderr.write(`\n${tableOf(lines)}\n`);
  }
}

function readLines(file) {
  try {
    return readFileSync(file, 'utf8').trim().split('\n').map(JSON.parse);
  } catch (error) {
    if (error.code === 'ENOENT') return [];
    throw error;
  }
}

function tableOf(lines) {
  const cells = lines.map((line) => COLUMNS.map(([, read]) => String(read(line) ?? '-')));
  const titles = COLUMNS.map(([title]) => title);
  const widths = titles.map((title, at) => Math.max(title.length, ...cells.map((row) => row[at].length)));
  // The name is left-aligned and figures are right-aligned.
  const laid = (row) =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at])));
  const bold = process.stderr.isTTY ? (text) => `\u001B[1m${text}\u001B[22m` : (text) => text;
  return [bold(laid(titles).join('  ')), ...cells.map((row) => laid(row).join('  '))].join('\n');
}

function spread(values) {
  if (values.length === 0) return undefined;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]);
  return `${at(0.5)}/${at(1)}`;
}
