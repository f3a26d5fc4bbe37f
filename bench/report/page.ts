import { cellsOf, HEAD } from './cells.ts';
import type { Results } from './results.ts';

const BEGIN = '<!-- results -->';
const END = '<!-- /results -->';

/** The results block of docs/performance.md: date, machine, versions and the table. */
export function resultsBlock({ at, machine, versions, rounds, lines }: Results): string {
  const { commit = 'unknown', node = 'unknown', ...libraries } = versions;
  const packages = Object.entries(libraries).map(([name, version]) => `${name} ${version}`);
  return [
    `- Measured on ${at.slice(0, 10)} at commit ${commit}, in ${rounds} ${rounds === 1 ? 'round' : 'rounds'}.`,
    `- Machine: ${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB, ${machine.system}.`,
    `- Versions: ${[`Node ${node.replace(/^v/, '')}`, ...packages].join(', ')}.`,
    '',
    row(HEAD),
    row(HEAD.map(() => '---')),
    ...lines.map((line) => row(cellsOf(line))),
  ].join('\n');
}

/**
 * Replaces the block between the two markers of the page.
 *
 * @throws Error if a marker is missing, repeated or in the wrong order
 */
export function withResults(page: string, block: string): string {
  const [before, rest, ...more] = page.split(BEGIN);
  const [old, after, ...evenMore] = (rest ?? '').split(END);
  if (before === undefined || old === undefined || after === undefined || more.length + evenMore.length > 0) {
    throw new Error(`The page must contain ${BEGIN} once and ${END} once after it`);
  }
  return `${before}${BEGIN}\n\n${block}\n\n${END}${after}`;
}

function row(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}
