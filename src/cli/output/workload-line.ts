import { printable } from '../../core/problem/printable.ts';
import type { Problem } from '../../core/problem/problem.ts';
import { problemLine } from '../../core/problem/problem.ts';

/** What became of one workload of a file, for people: one line, and below it what they should know. */
export function workloadText(
  { kind, name }: { readonly kind: string; readonly name: string },
  outcome: string,
  details: readonly string[] = [],
): string {
  return [`${kind.toLowerCase()}/${name}: ${outcome}`, ...details.map((detail) => `  ${detail}`)]
    .map((line) => `${printable(line)}\n`)
    .join('');
}

/** Problems that were found in an object, told by their place in its file. */
export function problemsInFile(
  problems: readonly Problem[],
  document: { readonly file: string; place(path: string): { readonly line: number; readonly column: number } },
  within: string,
): string[] {
  return problems.map(({ path, message }) =>
    problemLine({ file: document.file, ...document.place(within + path), path: within + path, message }),
  );
}
