import { fieldsOf } from '../json/fields-of.ts';
import type { Problem } from '../problem/problem.ts';
import { readDocuments, type SourceDocument } from '../yaml/documents.ts';
import type { Circumstances } from './active-policy.ts';
import { loadPolicy, type Source } from './load.ts';
import type { WholePolicy } from './policy-difference.ts';

/**
 * The one policy in texts, with its profiles; that of the base where they hold profiles alone. One in mode Shadow that stands alone counts as
 * if it decided.
 * @param base what the texts hide
 * @returns also what keeps it from being one: problems, or the names of several
 */
export function wholePolicyOf(
  sources: readonly Source[],
  base: readonly Source[],
  circumstances: Circumstances,
): WholePolicy | { readonly problems: readonly Problem[] } | { readonly several: readonly string[] } {
  const empty = emptyTexts(sources);
  if (empty.length > 0) return { problems: empty };
  const loaded = loadPolicy([...base, ...sources], circumstances);
  if ('problems' in loaded) return loaded;
  const { active, shadows, profiles } = loaded;
  const [shadow, second] = shadows;
  if (shadow === undefined) return { policy: active, profiles };
  const decides = sources.some(({ text, file }) => readDocuments(text, file).documents.some(isEnforced));
  if (second === undefined && !decides) return { policy: shadow, profiles };
  return { several: [active, ...shadows].map(({ name }) => name) };
}

const isEnforced = ({ value }: SourceDocument): boolean => {
  const { kind, spec } = fieldsOf(value);
  return kind === 'InjectionPolicy' && fieldsOf(spec).mode !== 'Shadow';
};

/** A text that was emptied by accident must not bring the built-in policy back. */
export const emptyTexts = (sources: readonly Source[]): Problem[] =>
  sources
    .filter(({ text, file }) => {
      const { documents, problems } = readDocuments(text, file);
      return documents.length + problems.length === 0;
    })
    .map(({ file }) => ({ file, path: '', message: 'holds no policy and no profile; name the file that has one' }));
