import { asText } from '../../../json/as-text.ts';
import { fieldsOf } from '../../../json/fields-of.ts';
import { isObject } from '../../../json/is-object.ts';
import { parsedJson } from '../../../json/parsed.ts';
import { allContainersOf, type Pod } from '../../../kubernetes/pod.ts';
import { SIDECAR } from '../../names.ts';
import type { Rendered } from '../../rendering.ts';
import type { Namesake } from '../../separate.ts';
import { probersText, type RewrittenProbes } from './probes.ts';
import type { Variable } from './proxy-env.ts';
import { mergedContainer } from './strategic-merge.ts';

/**
 * Our container over the one that Istio’s injector put there, as that injector would do it when it is called again: what stands there
 * and is not rendered stays, and a proxy that changes its list counts as the author’s word.
 */
export function withStanding(rendered: Rendered, standing: readonly Namesake[], native: boolean): Rendered {
  const there = standing.find(({ container }) => container.name === rendered.name);
  if (there === undefined) return rendered;
  const merged = mergedContainer(there.container, rendered) as Rendered;
  const moves = rendered.name === SIDECAR && there.path.startsWith('/spec/initContainers/') !== native;
  return moves ? (mergedContainer(merged, there.container) as Rendered) : merged;
}

const PROBERS = 'ISTIO_KUBE_APP_PROBERS';

/**
 * What the agent has to know of the probes of a pod that was injected before. A probe that goes to the agent already no longer says
 * where it went first; the sidecar that stands there does.
 * @param all whether everything that the sidecar knows stays and wins, as with Istio
 */
export function knownProbers(
  pod: Pod,
  { probers, atAgent }: RewrittenProbes,
  all: boolean,
): ReadonlyMap<string, object> {
  const there = allContainersOf(pod).find(({ name }) => name === SIDECAR) as Rendered | undefined;
  const env: readonly unknown[] = Array.isArray(there?.env) ? there.env : [];
  const variable = env.filter(isObject).find(({ name }) => name === PROBERS);
  const known = parsedJson(asText(variable?.value ?? ''));
  const earlier = Object.entries(fieldsOf(known)).filter((entry): entry is [string, Record<string, unknown>] =>
    isObject(entry[1]),
  );
  return all
    ? new Map([...probers, ...earlier])
    : new Map([...earlier.filter(([url]) => atAgent.has(url)), ...probers]);
}

/** The variables with the one about probes: in its place when it is there, otherwise behind all others. */
export function withProbers(env: readonly Variable[], probers: ReadonlyMap<string, object>): readonly Variable[] {
  if (probers.size === 0) return env;
  const variable = { name: PROBERS, value: probersText(probers) };
  const index = env.findIndex(({ name }) => name === PROBERS);
  return index < 0 ? [...env, variable] : env.with(index, variable);
}
