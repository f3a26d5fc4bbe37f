import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

const isColoured = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
let isMuted = false;

export function paint(style: Style, text: string): string {
  return isColoured ? styleText(style, text, { validateStream: false }) : text;
}

export function say(line = ''): void {
  if (!isMuted) process.stdout.write(`${line}\n`);
}

/** From here on only `sayLast` is heard: what was interrupted may still run into its end, but not talk. */
export function mute(): void {
  isMuted = true;
}

export function sayLast(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** One line of what is coming up. */
export function sayUp(what: string, where: string): void {
  say(`${paint('bold', what.padEnd(11))} ${where}`);
}
