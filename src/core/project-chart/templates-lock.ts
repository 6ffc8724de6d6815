import { type Static, Type } from 'typebox';
import type { Problem } from '../problem/problem.ts';
import { quoted } from '../problem/quoted.ts';
import { readOneObject } from '../traffic/read-one-object.ts';

const closed = { additionalProperties: false };

/** Where central templates come from, as it is given on the command line. */
export const TemplatesSource = Type.Object(
  {
    templates: Type.String({
      minLength: 1,
      description: 'A folder, an archive, an OCI reference, or a name in a repository.',
    }),
    repo: Type.Optional(Type.String({ description: 'The URL of the repository.' })),
  },
  closed,
);
export type TemplatesSource = Static<typeof TemplatesSource>;

/** What pillion.lock pins. */
export const TemplatesLock = Type.Object(
  {
    source: TemplatesSource,
    version: Type.String({ minLength: 1, description: 'The version of the chart.' }),
    digest: Type.String({
      title: 'sha256: and 64 hexadecimal digits',
      pattern: '^sha256:[0-9a-f]{64}$',
      description: 'Over every file of the chart.',
    }),
  },
  closed,
);
export type TemplatesLock = Static<typeof TemplatesLock>;

/** Reads the text of a pillion.lock. */
export function readTemplatesLock(
  text: string,
  file: string,
): { readonly value: TemplatesLock } | { readonly problems: readonly Problem[] } {
  return readOneObject(TemplatesLock, text, file, '{source: {templates: FOLDER}, version: VERSION, digest: DIGEST}');
}

/** Where templates are not the ones that are pinned: each with what is pinned, and what was got. */
export function lockProblems(pinned: TemplatesLock, got: TemplatesLock, file: string): readonly Problem[] {
  const differing: readonly (readonly [path: string, wanted: string | undefined, found: string | undefined])[] = [
    ['/source/templates', pinned.source.templates, got.source.templates],
    ['/source/repo', pinned.source.repo, got.source.repo],
    ['/version', pinned.version, got.version],
    ['/digest', pinned.digest, got.digest],
  ];
  return differing
    .filter(([, wanted, found]) => wanted !== found)
    .map(([path, wanted, found]) => ({ file, path, message: `is ${named(wanted)}; got ${named(found)}` }));
}

const named = (text: string | undefined): string =>
  text === undefined ? 'left out' : text.startsWith('sha256:') ? text : quoted(text);
