import { RolloutPlan } from '../api/rollout-plan.ts';
import { isObject } from '../json/is-object.ts';
import { ownDocuments } from '../policy/own-documents.ts';
import { readObject, shown } from '../policy/read-object.ts';
import { firstProblems } from '../problem/first-problems.ts';
import type { Problem } from '../problem/problem.ts';
import { readDocuments, type SourceDocument } from '../yaml/documents.ts';
import { planProblems, planWarnings } from './plan-problems.ts';

/** A plan with what cannot have been meant so, or all that is wrong with it. */
export type ReadPlan =
  | {
      readonly plan: RolloutPlan;
      readonly warnings: readonly Problem[];
      /** A problem with the place in the file where it is. */
      readonly located: (problem: Problem) => Problem;
    }
  | { readonly problems: readonly Problem[] };

/**
 * Reads the plan of a text in YAML or JSON, also as `kubectl get -o yaml` prints it.
 * @param file the name under which problems are told
 * @param today a day in UTC, as 2026-11-03, by which days that have passed are told
 */
export function loadPlan(source: { readonly file: string; readonly text: string }, today: string): ReadPlan {
  const { documents, problems } = readDocuments(source.text, source.file);
  if (problems.length > 0) return { problems: firstProblems(problems) };
  if (documents.length === 0)
    return { problems: [{ file: source.file, path: '', message: 'holds no RolloutPlan; write one into it' }] };
  return readPlan(documents, today);
}

/** The same for documents that were read already; each has to be a RolloutPlan, and there is one. */
function readPlan(documents: readonly SourceDocument[], today: string): ReadPlan {
  const problems: Problem[] = [];
  const plans: { readonly value: RolloutPlan; readonly document: SourceDocument }[] = [];
  for (const document of ownDocuments(documents)) {
    const kind = isObject(document.value) ? document.value.kind : undefined;
    const read = kind === 'RolloutPlan' ? readPlanDocument(document) : undefined;
    if (read === undefined) problems.push(at(document, otherKind(document.value, kind)));
    else if ('problems' in read) problems.push(...read.problems);
    else plans.push({ value: read.plan, document });
  }
  const [first, second] = plans;
  if (second !== undefined)
    problems.push(at(second.document, { path: '/metadata/name', message: 'is the second RolloutPlan; keep one' }));
  if (problems.length > 0 || first === undefined) return { problems: firstProblems(problems) };
  const located = (problem: Problem) => at(first.document, problem);
  return { plan: first.value, warnings: planWarnings(first.value, today).map(located), located };
}

/** Reads one document that says it is a RolloutPlan. */
export function readPlanDocument(
  document: SourceDocument,
): { readonly plan: RolloutPlan } | { readonly problems: readonly Problem[] } {
  const read = readObject(RolloutPlan, document);
  if ('problems' in read) return read;
  const problems = planProblems(read.value).map((one) => at(document, one));
  return problems.length > 0 ? { problems } : { plan: read.value };
}

const otherKind = (value: unknown, kind: unknown): Problem =>
  isObject(value)
    ? { path: '/kind', message: `is ${shown(kind ?? null)}; accepted here: RolloutPlan` }
    : { path: '', message: `is ${shown(value)}; accepted here: an object with kind: RolloutPlan` };

const at = ({ file, place }: SourceDocument, problem: Problem): Problem => ({
  ...problem,
  file,
  ...place(problem.path),
});
