import { pointer } from '../../json/pointer.ts';
import { type Project, placeText, projectName } from '../catalogue/project.ts';
import type { CatalogueRule, CatalogueViolation } from './catalogue-rule.ts';

interface Claim {
  readonly project: Project;
  readonly host: string;
  /** Undefined for one of the service’s own; those of all services are served by the same pods. */
  readonly gateway: string | undefined;
  readonly path: string;
}

export const MESH050: CatalogueRule = {
  code: 'MESH050',
  level: 'error',
  sentence: 'A host is claimed by one service of an environment.',
  hint: 'Agree on one service for the host; several share it only behind one that routes by path. It is a warning where the gateways differ.',
  evidence:
    'Of two VirtualServices for one host at one gateway the older one counts, or parts of both in an order that nobody chose: istio/istio#37500.',
  wrong: [
    'service: {name: shop, port: 80}\nexpose: [{hosts: [shop.example.com], gateway: ingress/public}]',
    'service: {name: cart, port: 80}\nexpose: [{hosts: [shop.example.com], gateway: ingress/public}]',
  ],
  right: [
    'service: {name: shop, port: 80}\nexpose: [{hosts: [shop.example.com], gateway: ingress/public}]',
    'service: {name: cart, port: 80}\nexpose: [{hosts: [cart.example.com], gateway: ingress/public}]',
  ],
  violations: ({ projects }) =>
    [
      ...Map.groupBy(projects.flatMap(claimsOf), ({ project, host }) => `${project.environment} ${host}`).values(),
    ].flatMap(violationsOf),
};

const claimsOf = (project: Project): readonly Claim[] =>
  project.values.expose.flatMap(({ hosts, gateway }, index) =>
    hosts.map((host, at) => ({ project, host, gateway, path: pointer('expose', index, 'hosts', at) })),
  );

/** What is wrong with the claims to one host: all but the first of each gateway, and gateways that differ. */
function violationsOf([first, ...others]: readonly Claim[]): readonly CatalogueViolation[] {
  if (first === undefined) return [];
  const firstAt = new Map([[first.gateway, first]]);
  return others.flatMap((claim) => {
    const same = firstAt.get(claim.gateway);
    if (same === undefined) firstAt.set(claim.gateway, claim);
    const other = same ?? first;
    // a host that one service names twice is MESH039
    return claim.project === other.project ? [] : [violationOf(claim, other)];
  });
}

const sameText = (gateway: string | undefined): string =>
  gateway === undefined ? 'a gateway of its own, too, and the same pods serve both' : `the same gateway ${gateway}`;

const gatewayText = (gateway: string | undefined): string =>
  gateway === undefined ? 'a gateway of its own' : `the gateway ${gateway}`;

function violationOf({ project, path, host, gateway }: Claim, other: Claim): CatalogueViolation {
  const isSame = other.gateway === gateway;
  const where = isSame ? `at ${sameText(gateway)}` : `at ${gatewayText(other.gateway)}`;
  const message = `${projectName(project)} claims ${host}, which ${projectName(other.project)} claims ${where} (${placeText(other.project, other.path)})`;
  return {
    project,
    path,
    message,
    ...(isSame ? {} : { level: 'warning' }),
    related: [{ project: other.project, path: other.path, message: `${projectName(other.project)} claims ${host}` }],
  };
}
