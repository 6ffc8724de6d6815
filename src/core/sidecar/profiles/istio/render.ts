import type { IstioProfile } from '../../../api/istio-profile.ts';
import type { ProxyConfig } from '../../../api/istio-proxy-config.ts';
import { digest } from '../../../json/canonical.ts';
import { pointer } from '../../../json/pointer.ts';
import { annotationsOf, labelsOf, type Pod } from '../../../kubernetes/pod.ts';
import { VERSION } from '../../../version.ts';
import { withField } from '../../fields.ts';
import { ANNOTATIONS as SHARED, SIDECAR, SIDECAR_UID } from '../../names.ts';
import type { Injection, List, Parts, Rendered, RenderInput, Rendering } from '../../rendering.ts';
import { NO_PARTS } from '../../rendering.ts';
import { statusOf } from '../../status.ts';
import { NO_TOKEN } from '../../token.ts';
import { amountsOf, overrideOrigins } from './amounts.ts';
import { type Effective, effectiveFor } from './effective.ts';
import { istioStatus } from './istio-status.ts';
import { annotations, labels } from './metadata.ts';
import { ANNOTATIONS } from './names.ts';
import { overrideProblems, overridesText, withOverride, withUsers } from './overrides.ts';
import { podProblems } from './pod-problems.ts';
import { withStanding, withStandingProbers } from './predecessor.ts';
import { probersText, type RewrittenProbes, rewrittenProbes } from './probes.ts';
import { scrapingFor, securePort } from './prometheus.ts';
import { isTokenMount, proxyContainer } from './proxy.ts';
import { mergedProxyConfig } from './proxy-config.ts';
import { proxyConfigText } from './proxy-config-text.ts';
import type { PodFacts, Variable } from './proxy-env.ts';
import { redirectContainer } from './redirect.ts';
import {
  type ChosenTemplates,
  chosenTemplates,
  patchedContainer,
  patchedVolumes,
  templateChanges,
} from './templates.ts';
import { volumes } from './volumes.ts';
import { wishesOf } from './wishes.ts';
import { workloadOf } from './workload.ts';

/** A profile of kind Istio, made ready. */
export interface ReadyIstio {
  readonly name: string;
  readonly spec: IstioProfile['spec'];
  readonly revision: string;
  /** The profile’s ProxyConfig over Istio’s own, and as a text. */
  readonly config: ProxyConfig;
  readonly configText: string;
}

/** Renders Istio’s sidecar for one pod. Equal input gives an equal value. */
export function renderIstio(ready: ReadyIstio, input: RenderInput): Rendering {
  const { spec } = ready;
  const { original, overrides, standing } = input;
  const asIstio = spec.compatibility === 'Istio';
  const said = annotationsOf(original);
  const wishes = wishesOf(said, asIstio);
  const config = mergedProxyConfig(ready.config, wishes.config);
  const effective = effectiveFor(spec, said, labelsOf(original), config);
  const templates = chosenTemplates(spec, said);
  const facts = factsOf(input, effective, config === ready.config ? ready.configText : proxyConfigText(config));
  const patched = templateChanges(original, templates.patches);
  const templated = patched.length === 0 ? original : withChanges(original, patched);
  const probes: RewrittenProbes = templates.withSidecar
    ? rewrittenProbes(templated, effective)
    : { changes: [], probers: new Map(), problems: [] };
  const merged = mergedTexts(effective, templates);
  const scraping = scrapingFor({ ...effective, annotations: { ...said, ...merged.annotations } });
  const sidecar = templates.withSidecar
    ? sidecarOf(input, effective, facts, templates, probes, scraping.env)
    : undefined;
  const parts = partsFor(
    effective,
    sidecar,
    patchedVolumes(sidecar === undefined ? [] : volumes(effective, facts), templates.patches),
  );
  const written = {
    ...(sidecar === undefined ? {} : annotations(effective, original)),
    ...merged.annotations,
    ...scraping.annotations,
    ...securePort(said, (sidecar?.proxy.env ?? []) as readonly Variable[]),
    ...(asIstio ? overridesAnnotation(input, effective, templates) : {}),
    [ANNOTATIONS.status]: istioStatus(parts, asIstio ? namedContainers(original, templates) : [], spec.mesh.revision),
    ...spec.annotations,
  };
  const injection: Injection = {
    ...parts,
    labels: { ...(sidecar === undefined ? {} : labels(effective, facts.workload)), ...merged.labels },
    annotations: written,
    removedAnnotations: scraping.removed,
    changes: [...patched, ...probes.changes],
  };
  const { origins: amountOrigins, problems: amountProblems } = overrideOrigins(asIstio ? [] : overrides);
  const status = statusOf(input, injection, {
    profile: ready.name,
    specDigest: specDigestOf(ready, facts, wishes.origins, injection, overrides),
  });
  return {
    injection: { ...injection, annotations: { ...written, [SHARED.status]: status } },
    origins: [...wishes.origins, ...amountOrigins],
    amounts: amountsOf(sidecar?.proxy),
    outlivesJobs: !effective.native && !asIstio,
    exemptUser: asIstio || sidecar?.redirect === undefined ? undefined : SIDECAR_UID,
    annotationProblems: [...wishes.problems, ...templates.problems, ...scraping.problems, ...cniProblems(effective)],
    overrideProblems: asIstio ? [] : [...overrideProblems(overrides), ...amountProblems, ...wishes.excesses],
    probeProblems: probes.problems,
    podProblems: standing.length > 0 && asIstio ? [] : podProblems(original, injection, sidecar?.proxy),
  };
}

function factsOf(
  { original, namespace, tokenIsMounted }: RenderInput,
  { asIstio }: Effective,
  configText: string,
): PodFacts {
  const mounts = original.spec.containers.flatMap(({ volumeMounts }) => volumeMounts ?? []);
  return {
    containers: original.spec.containers,
    workload: workloadOf(original, asIstio),
    namespace,
    serviceAccount: original.spec.serviceAccountName ?? '',
    token: asIstio ? mounts.find(isTokenMount) : tokenIsMounted ? NO_TOKEN.mount : undefined,
    configText,
  };
}

interface Sidecar {
  readonly proxy: Rendered;
  readonly redirect: Rendered | undefined;
}

function sidecarOf(
  { overrides, standing }: RenderInput,
  effective: Effective,
  facts: PodFacts,
  { patches }: ChosenTemplates,
  { probers }: RewrittenProbes,
  scrapingEnv: readonly Variable[],
): Sidecar {
  const { asIstio, native, mode } = effective;
  const finished = (container: Rendered): Rendered => {
    const override = overrides.find((one) => one.container.name === container.name);
    const made = patchedContainer(container, patches);
    const kept = asIstio ? withStanding(made, standing, native) : made;
    return override === undefined ? kept : withOverride(kept, override.container);
  };
  const bare = redirectContainer(effective);
  const overridden = overrides.find(({ container }) => container.name === SIDECAR);
  const { redirect, proxy } = withUsers(
    bare === undefined ? undefined : finished(bare),
    finished(proxyContainer(effective, facts)),
    overridden?.container ?? {},
    mode === 'TPROXY',
  );
  const own = [...((proxy.env ?? []) as readonly Variable[]), ...scrapingEnv];
  if (probers.size === 0) return { redirect, proxy: { ...proxy, env: own } };
  const text = probersText(probers);
  const earlier = standing.length > 0 ? withStandingProbers(own, probers) : undefined;
  return { redirect, proxy: { ...proxy, env: earlier ?? [...own, { name: 'ISTIO_KUBE_APP_PROBERS', value: text }] } };
}

/** Where the parts go (Istio reference, chapter 3.1). */
function partsFor(
  { spec, native, holds }: Effective,
  sidecar: Sidecar | undefined,
  podVolumes: readonly Rendered[],
): Readonly<Record<List, Parts>> {
  const secrets = spec.images.pullSecrets.map((name) => ({ name }));
  const common = { volumes: { first: podVolumes, last: [] } };
  if (sidecar === undefined)
    return { ...common, initContainers: NO_PARTS, containers: NO_PARTS, imagePullSecrets: NO_PARTS };
  const { proxy, redirect } = sidecar;
  const rules = redirect === undefined ? [] : [redirect];
  // the check of the CNI plugin’s work stands in front, so that nothing runs when it fails; rules of our own come last in
  // Classic order, since no proxy runs beside the author’s init containers
  const last = !native && spec.capture !== 'Cni';
  return {
    ...common,
    initContainers: last ? { first: [], last: rules } : { first: native ? [...rules, proxy] : rules, last: [] },
    containers: native ? NO_PARTS : holds ? { first: [proxy], last: [] } : { first: [], last: [proxy] },
    imagePullSecrets: { first: secrets, last: [] },
  };
}

const mergedTexts = (_: Effective, { patches }: ChosenTemplates) => ({
  labels: Object.assign({}, ...patches.map((template) => template.labels)) as Record<string, string>,
  annotations: Object.assign({}, ...patches.map((template) => template.annotations)) as Record<string, string>,
});

/** The author’s containers that a template speaks of, which Istio counts as its own. */
const namedContainers = ({ spec }: Pod, { patches }: ChosenTemplates): string[] =>
  spec.containers
    .map(({ name }) => name)
    .filter((name) =>
      patches.some(({ containers }) => Object.hasOwn(containers, '*') || Object.hasOwn(containers, name)),
    );

function overridesAnnotation(
  { original, overrides, standing }: RenderInput,
  { native }: Effective,
  templates: ChosenTemplates,
): Record<string, string> {
  const named = new Set(namedContainers(original, templates));
  const authors = original.spec.containers
    .filter(({ name }) => named.has(name))
    .map((container, index) => ({ container, path: pointer('spec', 'containers', index) }));
  const text = standing.length > 0 ? undefined : overridesText([...overrides, ...authors], native);
  return text === undefined ? {} : { [ANNOTATIONS.overrides]: text };
}

// the CNI plugin takes no pod with that mode, so that it would never start (Istio reference, chapter 9 item 21)
const cniProblems = ({ spec, mode, asIstio }: Effective) =>
  spec.capture === 'Cni' && mode === 'NONE' && !asIstio
    ? [
        {
          path: '/metadata/annotations/sidecar.istio.io~1interceptionMode',
          message:
            'sidecar.istio.io/interceptionMode is "NONE", which the CNI plugin of this profile refuses; exclude ports or addresses instead',
        },
      ]
    : [];

function withChanges(pod: Pod, changes: Injection['changes']): Pod {
  const changed = (list: 'initContainers' | 'containers') =>
    (pod.spec[list] ?? []).map((container, index) =>
      changes
        .filter((change) => change.list === list && change.index === index)
        .reduce((made, { path, value }) => withField(made, path, value), container),
    );
  return {
    ...pod,
    spec: { ...pod.spec, containers: changed('containers'), initContainers: changed('initContainers') },
  };
}

/** A digest of all that the parts are rendered from. */
const specDigestOf = (
  { revision }: ReadyIstio,
  { containers, workload, namespace, serviceAccount, token, configText }: PodFacts,
  origins: Rendering['origins'],
  { labels: written, changes }: Injection,
  overrides: RenderInput['overrides'],
): string =>
  digest(
    JSON.stringify([
      VERSION,
      revision,
      origins,
      containers.map(({ name, ports }) => [name, ports ?? null]),
      workload,
      namespace,
      serviceAccount,
      token !== undefined,
      configText,
      written,
      changes,
      overrides.map(({ recorded }) => recorded),
    ]),
  );
