import { SIDECAR } from '../../names.ts';
import type { Rendered, RenderInput } from '../../rendering.ts';
import type { Effective } from './effective.ts';
import { withOverride, withUsers } from './overrides.ts';
import { knownProbers, withProbers, withStanding } from './predecessor.ts';
import type { RewrittenProbes } from './probes.ts';
import type { Variable } from './proxy-env.ts';
import { type ChosenTemplates, patchedContainer } from './templates.ts';

/** The containers of the sidecar. */
export interface SidecarContainers {
  readonly proxy: Rendered;
  readonly redirect: Rendered | undefined;
}

/**
 * The containers under what templates, an earlier injection and the author say about them.
 * @param bare as they are rendered
 */
export function sidecarContainers(
  { pod, overrides, standing, undo }: RenderInput,
  bare: SidecarContainers,
  effective: Effective,
  { patches }: ChosenTemplates,
  probes: RewrittenProbes,
  scrapingEnv: readonly Variable[],
): SidecarContainers {
  const { asIstio, native, mode } = effective;
  const finished = (container: Rendered): Rendered => {
    const override = overrides.find((one) => one.container.name === container.name);
    const made = patchedContainer(container, patches);
    const kept = asIstio ? withStanding(made, standing, native) : made;
    return override === undefined ? kept : withOverride(kept, override.container);
  };
  const overridden = overrides.find(({ container }) => container.name === SIDECAR);
  const { redirect, proxy } = withUsers(
    bare.redirect === undefined ? undefined : finished(bare.redirect),
    finished(bare.proxy),
    overridden?.container ?? {},
    mode === 'TPROXY',
  );
  const own = [...((proxy.env ?? []) as readonly Variable[]), ...scrapingEnv];
  const injectedBefore = standing.length > 0 || undo !== undefined;
  const probers = injectedBefore ? knownProbers(pod, probes, asIstio && standing.length > 0) : probes.probers;
  return { redirect, proxy: { ...proxy, env: withProbers(own, probers) } };
}
