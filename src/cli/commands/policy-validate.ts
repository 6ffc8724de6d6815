import { fieldsOf } from '../../core/json/fields-of.ts';
import { isoDay } from '../../core/json/iso-time.ts';
import { metadataOf } from '../../core/kubernetes/metadata.ts';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import { BUILT_IN } from '../../core/policy/built-in-sources.ts';
import { loadPolicy } from '../../core/policy/load.ts';
import { policyWarnings } from '../../core/policy/policy-warnings.ts';
import { emptyTexts } from '../../core/policy/whole-policy.ts';
import { Fault } from '../../core/problem/faults.ts';
import { printable } from '../../core/problem/printable.ts';
import { type Problem, problemLine } from '../../core/problem/problem.ts';
import { readDocuments, type SourceDocument } from '../../core/yaml/documents.ts';
import type { Environment } from '../environment.ts';
import { readSource } from '../read-source.ts';

export interface PolicyValidateFlags {
  readonly ownNamespace: string;
  readonly strict?: boolean;
}

/**
 * `pillion policy validate FILE...`: whether the policies and profiles in files are accepted, and what of them cannot have been meant so.
 * @returns 0, or 1 with `--strict` when something is warned of
 * @throws Fault PIL001, PIL002 with every place that is refused
 */
export async function validatePolicy(
  files: readonly string[],
  { ownNamespace, strict = false }: PolicyValidateFlags,
  environment: Environment,
): Promise<number> {
  const sources = await Promise.all(files.map((file) => readSource(file, environment)));
  const problems = emptyTexts(sources);
  if (problems.length > 0) throw new Fault('PIL002', problems);
  const loaded = loadPolicy([...BUILT_IN, ...sources], { ownNamespace, today: isoDay(environment.now()) });
  if ('problems' in loaded) throw new Fault('PIL002', loaded.problems);
  const documents = sources.flatMap(({ text, file }) => readDocuments(text, file).documents);
  const policies = [loaded.active, ...loaded.shadows];
  const warnings = documents.flatMap((document) => warningsOf(document, documents, policies));
  for (const document of documents) environment.stdout(`${acceptedLine(document)}\n`);
  for (const warning of warnings) environment.stderr(`warning: ${problemLine(warning)}\n`);
  return strict && warnings.length > 0 ? 1 : 0;
}

const nameOf = ({ value }: SourceDocument): unknown => metadataOf(value).name;
const kindOf = ({ value }: SourceDocument): unknown => fieldsOf(value).kind;

function acceptedLine(document: SourceDocument): string {
  const { line } = document.place('');
  return printable(`${document.file}:${line}: ${kindOf(document)} ${nameOf(document)}: accepted`);
}

function warningsOf(
  document: SourceDocument,
  documents: readonly SourceDocument[],
  policies: readonly ActivePolicy[],
): readonly Problem[] {
  const found =
    kindOf(document) === 'InjectionPolicy'
      ? policies.filter(({ name }) => name === nameOf(document)).flatMap(policyWarnings)
      : unnamed(document, documents, policies);
  return found.map((problem) => ({ ...problem, file: document.file, ...document.place(problem.path) }));
}

/** Where there are policies beside it, a profile is meant to be named by one. */
function unnamed(
  document: SourceDocument,
  documents: readonly SourceDocument[],
  policies: readonly ActivePolicy[],
): readonly Problem[] {
  const isNamed = policies.some(({ spec }) => spec.profiles.some(({ name }) => name === nameOf(document)));
  if (isNamed || !documents.some((one) => kindOf(one) === 'InjectionPolicy')) return [];
  return [{ path: '/metadata/name', message: 'is named by no policy in these files, so no pod gets it' }];
}
