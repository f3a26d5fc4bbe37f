import { table } from '../../demo/table.ts';
import type { Line } from '../measures/measure.ts';
import { cellsOf, HEAD } from './cells.ts';

export function tableOf(lines: readonly Line[]): string[] {
  return table(HEAD, lines.map(cellsOf));
}
