import type { IstioProfile } from '../../../api/istio-profile.ts';
import type { ProxyConfig } from '../../../api/istio-proxy-config.ts';
import { sortedKeys } from '../../../json/sorted-keys.ts';
import { annotationsOf, labelsOf } from '../../../kubernetes/pod.ts';
import { ANNOTATIONS as SHARED, SIDECAR_UID } from '../../names.ts';
import type { Injection, RenderInput, Rendering } from '../../rendering.ts';
import { statusOf } from '../../status.ts';
import { NO_TOKEN } from '../../token.ts';
import { amountsOf, overrideOrigins } from './amounts.ts';
import { type Effective, effectiveFor } from './effective.ts';
import { istioStatus } from './istio-status.ts';
import { annotations, labels } from './metadata.ts';
import { ANNOTATIONS } from './names.ts';
import type { OrdinaryParts } from './ordinary-parts.ts';
import { overrideProblems } from './overrides.ts';
import { namedContainers, overridesAnnotation } from './overrides-annotation.ts';
import { placedParts } from './placed-parts.ts';
import { callProblems, labelProblems, partProblems } from './pod-problems.ts';
import { NO_PROBES, rewrittenProbes } from './probes.ts';
import { scrapingFor, securePort } from './prometheus.ts';
import { isTokenMount, proxyContainer } from './proxy.ts';
import { mergedProxyConfig } from './proxy-config.ts';
import { configVariable, type PodFacts, type ProfileVariables, proxyEnvironment, type Variable } from './proxy-env.ts';
import { captureProblems, redirectContainer } from './redirect.ts';
import type { WrittenResources } from './resources.ts';
import { sidecarContainers } from './sidecar-containers.ts';
import { specDigestOf } from './spec-digest.ts';
import { statusPortProblems } from './status-port.ts';
import { templatedPod } from './templated-pod.ts';
import { chosenTemplates, patchedVolumes } from './templates.ts';
import { volumes } from './volumes.ts';
import { wishesOf } from './wishes.ts';
import { workloadOf } from './workload.ts';

/** A profile of kind Istio, made ready. */
export interface ReadyIstio {
  readonly name: string;
  readonly spec: IstioProfile['spec'];
  readonly revision: string;
  /** The profile’s ProxyConfig over Istio’s own, and as a variable. */
  readonly config: ProxyConfig;
  readonly configVariable: Variable;
  readonly variables: ProfileVariables;
  /** The parts of a pod that says nothing about its sidecar. */
  readonly ordinary: Readonly<Record<'hidingToken' | 'plain', OrdinaryParts>>;
}

/** Renders Istio’s sidecar for one pod. Equal input gives an equal value. */
export function renderIstio(ready: ReadyIstio, input: RenderInput): Rendering {
  const { spec } = ready;
  const { original, overrides } = input;
  const asIstio = spec.compatibility === 'Istio';
  const said = annotationsOf(original);
  const wishes = wishesOf(said, asIstio);
  const config = mergedProxyConfig(ready.config, wishes.config);
  const effective = effectiveFor(spec, said, labelsOf(original), config);
  const templates = chosenTemplates(spec, said);
  const facts = factsOf(input, effective, config === ready.config ? ready.configVariable : configVariable(config));
  const bare = bareParts(ready, effective, facts, wishes.origins.length === 0);
  const templated = templatedPod(original, templates.patches);
  const probes = templates.withSidecar ? rewrittenProbes(templated.pod, effective) : NO_PROBES;
  const scraping = scrapingFor(
    templates.patches.length === 0 ? effective : { ...effective, annotations: { ...said, ...templates.annotations } },
  );
  const sidecar = templates.withSidecar
    ? sidecarContainers(input, bare, effective, templates, probes, scraping.env)
    : undefined;
  const isOrdinary = sidecar !== undefined && overrides.length + templates.patches.length === 0;
  const usual = isOrdinary ? bare.status : undefined;
  const parts = placedParts(
    effective,
    sidecar,
    patchedVolumes(sidecar === undefined ? [] : bare.volumes, templates.patches),
  );
  const written = {
    ...(sidecar === undefined ? {} : annotations(effective, original)),
    ...templates.annotations,
    ...scraping.annotations,
    ...securePort(said, (sidecar?.proxy.env ?? []) as readonly Variable[]),
    ...(asIstio ? overridesAnnotation(input, effective.native, templates) : {}),
    [ANNOTATIONS.status]:
      usual !== undefined && wishes.problems.length === 0
        ? usual.text
        : istioStatus(parts, asIstio ? namedContainers(original, templates) : [], spec.mesh.revision),
    ...spec.annotations,
  };
  const injection: Injection = {
    ...parts,
    labels: { ...(sidecar === undefined ? {} : labels(effective, facts.workload)), ...templates.labels },
    annotations: written,
    removedAnnotations: scraping.removed,
    changes: [...templated.changes, ...probes.changes],
  };
  const { origins: amountOrigins, problems: amountProblems } = overrideOrigins(asIstio ? [] : overrides);
  const status = statusOf(input, injection, {
    profile: ready.name,
    specDigest: specDigestOf(ready, facts, wishes.origins, injection, overrides),
  });
  return {
    injection: { ...injection, annotations: { ...written, [SHARED.status]: status } },
    traffic: undefined,
    capture: undefined,
    origins: [...wishes.origins, ...amountOrigins],
    amounts: amountsOf(sidecar?.proxy),
    outlivesJobs: !effective.native && !asIstio,
    exemptUser: asIstio || sidecar?.redirect === undefined ? undefined : SIDECAR_UID,
    annotationProblems: [
      ...wishes.problems,
      ...templates.problems,
      ...scraping.problems,
      ...captureProblems(effective),
      ...statusPortProblems(effective, original),
    ],
    overrideProblems: asIstio ? [] : [...overrideProblems(overrides), ...amountProblems, ...wishes.excesses],
    probeProblems: probes.problems,
    podProblems: [
      ...labelProblems(injection.labels),
      ...callProblems(injection.changes),
      // parts that are the same for all are fit to stand together, but for names of the author’s, which every profile checks
      ...(usual === undefined ? partProblems(original, injection, sidecar, asIstio) : []),
    ],
  };
}

function tokenMountIn({ spec }: RenderInput['original']): object | undefined {
  const mount = spec.containers.flatMap(({ volumeMounts }) => volumeMounts ?? []).find(isTokenMount);
  return mount === undefined ? undefined : (sortedKeys(mount) as object);
}

function factsOf(
  { original, namespace, tokenIsMounted }: RenderInput,
  { asIstio }: Effective,
  config: Variable,
): PodFacts {
  return {
    containers: original.spec.containers,
    workload: workloadOf(original, asIstio),
    namespace,
    serviceAccount: original.spec.serviceAccountName ?? '',
    token: asIstio ? tokenMountIn(original) : tokenIsMounted ? NO_TOKEN.mount : undefined,
    config,
  };
}

/** The containers and volumes as they are rendered for this pod. */
function bareParts(ready: ReadyIstio, effective: Effective, facts: PodFacts, ordinary: boolean) {
  const { asIstio, spec } = effective;
  const { token, serviceAccount } = facts;
  const hidesToken = token !== undefined && !asIstio;
  // a mount or a Secret of the pod’s own is no part of what is the same for all
  const reusable = ordinary && !(asIstio && token !== undefined) && !spec.certificates.mountedSecret;
  const parts: Omit<OrdinaryParts, 'status'> & Partial<OrdinaryParts> = reusable
    ? ready.ordinary[hidesToken ? 'hidingToken' : 'plain']
    : {
        proxy: proxyContainer(effective, token),
        redirect: redirectContainer(effective, token),
        volumes: volumes(effective, serviceAccount, hidesToken),
      };
  const env = proxyEnvironment(effective, facts, ready.variables, parts.proxy.resources as WrittenResources);
  return { ...parts, proxy: { ...parts.proxy, env } };
}
