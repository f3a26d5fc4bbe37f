import { styleText } from 'node:util';

type Style = 'bold' | 'dim' | 'green' | 'red' | 'yellow' | 'cyan';

const isColored = process.stdout.isTTY && (process.env['NO_COLOR'] ?? '') === '';
let isMuted = false;

export function paint(style: Style, text: string): string {
  return isColored ? styleText(style, text, { validateStream: false }) : text;
}

export function say(line = ''): void {
  if (!isMuted) process.stdout.write(`${line}\n`);
}

/** Suppresses all output except `sayLast`, because interrupted steps may continue and print. */
export function mute(): void {
  isMuted = true;
}

export function sayLast(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Prints one line for a system that has started. */
export function sayUp(what: string, where: string): void {
  say(`${paint('bold', what.padEnd(11))} ${where}`);
}
