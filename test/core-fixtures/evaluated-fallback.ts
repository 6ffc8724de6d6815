import type { Operation } from 'fast-json-patch';
import { type CelValue, celValue, evaluated, holds, jsonOf } from '../../src/cli/evaluated-cel.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { fallbackOf } from '../../src/core/registration/fallback/fallback.ts';
import type { MutatingAdmissionPolicy } from '../../src/core/registration/objects.ts';
import { type ApiRequest, bindingsOf, type Selecting, selects } from './matching-hooks.ts';

/** What each policy of a fallback that matches a request would change, by the names of those policies. */
export const fallbackPatches = (policy: ActivePolicy, request: ApiRequest): ReadonlyMap<string, readonly Operation[]> =>
  new Map(
    fallbackOf(policy)
      .objects.filter((object) => object.kind === 'MutatingAdmissionPolicy')
      .map((object) => [object.metadata.name, patchOf(object, request)] as const)
      .filter(([, operations]) => operations.length > 0),
  );

function patchOf({ spec }: MutatingAdmissionPolicy, request: ApiRequest): readonly Operation[] {
  const { matchConstraints, matchConditions, variables, mutations } = spec;
  if (!selects(matchConstraints as Selecting, matchConstraints.resourceRules, request)) return [];
  const bindings = bindingsOf(request);
  if (!matchConditions.every(({ expression }) => holds(expression, bindings))) return [];
  const { namespace } = request;
  const namespaceObject = celValue(namespace && { metadata: { name: namespace.name, labels: namespace.labels } });
  const values = new Map<string, CelValue>();
  for (const { name, expression } of variables)
    values.set(name, evaluated(expression, { ...bindings, namespaceObject, variables: values }) as CelValue);
  return mutations.flatMap(({ jsonPatch }) => {
    const expression = asMaps(jsonPatch.expression);
    return jsonOf(evaluated(expression, { ...bindings, namespaceObject, variables: values })) as Operation[];
  });
}

/** The type of an operation is the API server’s own; a map says the same. */
const asMaps = (expression: string): string =>
  expression.replaceAll(/JSONPatch\{op: ("[a-z]+"), path: ("[^"]+"), value: /g, '{"op": $1, "path": $2, "value": ');
