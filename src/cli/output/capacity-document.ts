import type { Capacity } from '../../core/capacity/capacity.ts';
import type { Margins, ProxyUse, Recommendation } from '../../core/capacity/recommended.ts';

/** Everything that is told of capacity. */
export interface ToldCapacity {
  readonly figures: Capacity;
  readonly recommended: readonly Recommendation[];
  readonly use: { readonly proxies: readonly ProxyUse[]; readonly of: string } | undefined;
  readonly top: number;
  readonly margins: Margins;
}

/** The sidecars with the most memory. */
export const topProxies = ({ use, top }: ToldCapacity): readonly ProxyUse[] =>
  (use?.proxies ?? []).toSorted((one, other) => other.memory - one.memory).slice(0, top);

/** The same for machines. Amounts are in cores and bytes. */
export const capacityDocument = (told: ToldCapacity): object => ({
  stage: told.figures.stage ?? null,
  lines: told.figures.lines.map(({ at, ...line }) => ({ ...line, ...at })),
  sidecars: told.figures.sidecars,
  leftOut: told.figures.leftOut,
  quotas: told.figures.quotas,
  nodes: told.figures.nodes ?? null,
  notModelled: told.figures.notModelled,
  controlPlane: told.figures.controlPlane,
  use: told.use === undefined ? null : { of: told.use.of, proxies: told.use.proxies.length, top: topProxies(told) },
  recommended: {
    ...told.margins,
    workloads: told.recommended.map(({ workload: { namespace, kind, name }, ...rest }) => ({
      namespace,
      kind,
      name,
      ...rest,
    })),
  },
});
