import { isObject } from '../../../json/is-object.ts';
import { parsedJson } from '../../../json/parsed.ts';
import { SIDECAR } from '../../names.ts';
import type { Rendered } from '../../rendering.ts';
import type { Namesake } from '../../separate.ts';
import { probersText } from './probes.ts';
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

/** The variables with probers added to those of an earlier injection, which win; undefined when there are none. */
export function withStandingProbers(
  env: readonly Variable[],
  probers: ReadonlyMap<string, object>,
): Variable[] | undefined {
  const index = env.findIndex(({ name }) => name === 'ISTIO_KUBE_APP_PROBERS');
  const earlier = index < 0 ? undefined : parsedJson(env[index]?.value ?? '');
  if (!isObject(earlier)) return undefined;
  const all = new Map([
    ...probers,
    ...(Object.entries(earlier).filter(([, prober]) => isObject(prober)) as [string, object][]),
  ]);
  return env.with(index, { name: 'ISTIO_KUBE_APP_PROBERS', value: probersText(all) });
}
