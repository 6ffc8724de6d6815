import { type LabelRequirement, type LabelSelector, requirementsOf } from '../kubernetes/label-selector.ts';

/**
 * Expressions in the API server’s language CEL. This file and those whose names begin with its own are the only writers of CEL text;
 * every value in it goes through `literal`. What may be absent is asked for with `has` first: an expression that fails refuses pods that never asked.
 */

/** A string as a CEL literal: CEL takes the escapes of JSON. */
export const literal = (text: string): string => JSON.stringify(text);

export const all = (...terms: readonly string[]): string => joined(' && ', terms);
export const any = (...terms: readonly string[]): string => joined(' || ', terms);
export const not = (term: string): string => `!(${term})`;

function joined(operator: string, terms: readonly string[]): string {
  if (terms.length === 0) throw new Error('a CEL expression was made of no terms; please report it');
  return terms.length === 1 ? String(terms[0]) : terms.map((term) => `(${term})`).join(operator);
}

/** One of two values. */
export const either = (condition: string, value: string, otherwise: string): string =>
  `((${condition}) ? (${value}) : (${otherwise}))`;

/** Where the pod template of a workload stands. */
export type TemplatePath = 'spec.template' | 'spec.jobTemplate.spec.template';

/** What a request carries: the object as it will be, and the one it replaces, which is null for a new one. */
export type Version = 'object' | 'oldObject';
type Metadata = `${Version}.metadata` | `${Version}.${TemplatePath}.metadata`;
export type LabelMap = `${Metadata}.labels` | 'namespaceObject.metadata.labels';
export type StringMap = LabelMap | `${Metadata}.annotations` | 'object.spec.nodeSelector';

/** The steps of the way to a place, each asked for before the next. Every object has its metadata and its spec. */
export function steps(place: string): string[] {
  const fields = place.split('.');
  const asked = fields.slice(2).map((_, index) => `has(${fields.slice(0, index + 3).join('.')})`);
  return fields[0] === 'oldObject' ? ['oldObject != null', ...asked] : asked;
}

export const hasKey = (map: StringMap, key: string): string => all(...steps(map), `${literal(key)} in ${map}`);

export const valueAt = (map: StringMap, key: string): string => `${map}[${literal(key)}]`;

export const keyIs = (map: StringMap, key: string, value: string): string =>
  all(hasKey(map, key), `${valueAt(map, key)} == ${literal(value)}`);

/** The value under a key was found in a regular expression of RE2, at any place of it. */
export const keyMatches = (map: StringMap, key: string, expression: string): string =>
  all(hasKey(map, key), `${valueAt(map, key)}.matches(${literal(expression)})`);

/** Both maps say the same under a key; to say nothing is the same as well. */
export const sameUnderKey = (one: StringMap, other: StringMap, key: string): string =>
  any(
    all(not(hasKey(one, key)), not(hasKey(other, key))),
    all(hasKey(one, key), hasKey(other, key), `${valueAt(one, key)} == ${valueAt(other, key)}`),
  );

/** A field says the same in both versions of the object; to say nothing is the same as well. */
export function sameField(path: `spec.${string}`): string {
  const [now, before] = [`object.${path}`, `oldObject.${path}`];
  const [stands, stood] = [all(...steps(now)), all(...steps(before))];
  return any(all(not(stands), not(stood)), all(stands, stood, `${now} == ${before}`));
}

/** The pod template stands in both versions of the object and is equal; never so for a new object. */
export const sameTemplate = (path: TemplatePath): string =>
  all(...steps(`object.${path}`), ...steps(`oldObject.${path}`), `object.${path} == oldObject.${path}`);

/** A controller owns the object. */
export const HAS_CONTROLLER = all(
  'has(object.metadata.ownerReferences)',
  'object.metadata.ownerReferences.exists(o, has(o.controller) && o.controller)',
);

export const ON_HOST_NETWORK = all('has(object.spec.hostNetwork)', 'object.spec.hostNetwork');

export const osIs = (name: string): string => `has(object.spec.os) && object.spec.os.name == ${literal(name)}`;

/** A condition of one container, which is named `c` in it. */
export const containerFieldIs = (field: 'name' | 'restartPolicy', value: string): string =>
  all(`has(c.${field})`, `c.${field} == ${literal(value)}`);

/** A condition of one container: its image comes from this repository, whatever its tag and digest. */
export const containerImageFrom = (repository: string): string =>
  all(
    'has(c.image)',
    any(
      `c.image == ${literal(repository)}`,
      ...[':', '@'].map((mark) => `c.image.startsWith(${literal(repository + mark)})`),
    ),
  );

/** The same for one of several values; the list is never empty. */
export const containerFieldIn = (field: 'name' | 'image', values: readonly string[]): string =>
  all(`has(c.${field})`, `c.${field} in [${values.map(literal).join(', ')}]`);

/** A condition of one container: it says which image it is to have. */
export const ONE_CONTAINER_HAS_IMAGE = 'has(c.image)';

/** One container of the list meets every term. */
export const someContainer = (list: 'containers' | 'initContainers', ...terms: readonly string[]): string =>
  all(...steps(`object.spec.${list}`), `object.spec.${list}.exists(c, ${all(...terms)})`);

/** A variable of the same policy. */
export const variable = (name: string): string => `variables.${name}`;

/** What an expression of any type makes as a text, so that it may stand in a list of texts. */
export const textOf = (expression: string): string => `string(${expression})`;

/** The pod’s namespace is one of these; the list is never empty. */
export const namespaceIsOneOf = (names: readonly string[]): string =>
  `namespaceObject.metadata.name in [${names.map(literal).join(', ')}]`;

/** No pod at all. */
export const NEVER = 'false';

/** A text with the name of the pod’s namespace between its two parts. */
export const aroundNamespaceName = (before: string, after: string): string =>
  `${literal(before)} + namespaceObject.metadata.name + ${literal(after)}`;

/** The value under a key is a quantity beyond one of the bounds. A value that is no quantity is not compared. */
export function amountBeyond(
  map: StringMap,
  key: string,
  { min, max }: { readonly min?: string; readonly max?: string },
): string {
  const amount = `quantity(${valueAt(map, key)})`;
  const beyond = [
    ...(min === undefined ? [] : [`${amount}.compareTo(quantity(${literal(min)})) < 0`]),
    ...(max === undefined ? [] : [`${amount}.compareTo(quantity(${literal(max)})) > 0`]),
  ];
  return all(hasKey(map, key), `isQuantity(${valueAt(map, key)})`, any(...beyond));
}

/** The value under a key is none of these. */
export const keyIsNot = (map: StringMap, key: string, values: readonly string[]): string =>
  all(hasKey(map, key), not(any(...values.map((value) => keyIs(map, key, value)))));

/** The image under a key comes from none of these repositories, or is to be named by its digest and is not. */
export function imageBeyond(map: StringMap, key: string, repositories: readonly string[], byDigest: boolean): string {
  // as `repositoryOf` reads an image
  const accepted = repositories.map((repository) => {
    const text = repository.replace(/[*]$/, '').replaceAll('.', '[.]');
    return repository.endsWith('*') ? `^${text}` : `^${text}(:[^/:@]*)?(@.*)?$`;
  });
  const digest = byDigest ? [keyMatches(map, key, '@sha256:[0-9a-f]{64}$')] : [];
  return all(hasKey(map, key), not(all(any(...accepted.map((one) => keyMatches(map, key, one))), ...digest)));
}

/** A label selector on labels: the pod’s own unless told. */
export const labelsMatch = (selector: LabelSelector, labels: LabelMap = 'object.metadata.labels'): string =>
  all(...requirementsOf(selector).map((wanted) => requirement(wanted, labels)));

function requirement(wanted: LabelRequirement, labels: LabelMap): string {
  switch (wanted.operator) {
    case 'Exists':
      return hasKey(labels, wanted.key);
    case 'DoesNotExist':
      return not(hasKey(labels, wanted.key));
    case 'In':
      return any(...wanted.values.map((value) => keyIs(labels, wanted.key, value)));
    case 'NotIn':
      return not(any(...wanted.values.map((value) => keyIs(labels, wanted.key, value))));
  }
}
