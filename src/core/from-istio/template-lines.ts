import type { StandingText } from './standing-text.ts';

/** Lines of the file; where the file does not show them, those of the template. */
export function linesText(lines: readonly number[], { position }: StandingText): string {
  const places = lines.map((line) => position(line, 1));
  const numbers = places.some(({ note }) => note !== '') ? lines : places.map(({ line }) => line);
  const of = numbers === lines ? ' of its own' : '';
  return `line${lines.length === 1 ? '' : 's'} ${numbers.join(', ')}${of}`;
}
