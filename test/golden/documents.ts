import { existsSync, readFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { problemLine } from '../../src/core/problem/problem.ts';
import { readDocuments } from '../../src/core/yaml/documents.ts';

/** The documents of a file of a case; none when there is no such file. */
export function documentsOf(file: URL): readonly unknown[] {
  if (!existsSync(file)) return [];
  const { documents, problems } = readDocuments(readFileSync(file, 'utf8'), file.pathname);
  if (problems.length > 0) throw new Error(problems.map(problemLine).join('\n'));
  return documents.map(({ value }) => value);
}

export const asYaml = (value: unknown): string => stringify(value, { lineWidth: 0, aliasDuplicateObjects: false });
