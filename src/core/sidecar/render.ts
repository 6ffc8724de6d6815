import { digest } from '../json/canonical.ts';
import { ownerOf } from '../kubernetes/owner.ts';
import { annotationsOf, ownValue, type Pod } from '../kubernetes/pod.ts';
import { VERSION } from '../version.ts';
import { type Rendered, redirectContainer, sidecarContainer } from './containers.ts';
import { ANNOTATIONS } from './names.ts';
import { applyOverrides, type OverrideProblem } from './override.ts';
import { type ActiveProfile, rulesOf } from './profiles/active-profile.ts';
import type { Override } from './separate.ts';
import { type AnnotationProblem, type SettingOrigin, type Settings, settingsOf } from './settings.ts';
import type { Status } from './status.ts';
import { type UndoRecord, undoRecordOf } from './undo-record.ts';
import { volumes } from './volumes.ts';

/** Everything that makes an ordinary pod an injected one. */
export interface Injection {
  readonly initContainers: readonly Rendered[];
  readonly containers: readonly Rendered[];
  readonly volumes: readonly Rendered[];
  readonly annotations: Readonly<Record<string, string>>;
}

export interface Rendering {
  readonly injection: Injection;
  readonly settings: Settings;
  readonly origins: readonly SettingOrigin[];
  readonly annotationProblems: readonly AnnotationProblem[];
  readonly overrideProblems: readonly OverrideProblem[];
}

export interface RenderInput {
  /** The pod as it stands. */
  readonly pod: Pod;
  /** The pod as its author wrote it. */
  readonly original: Pod;
  readonly overrides: readonly Override[];
  /** What an earlier injection left to be undone. */
  readonly undo: UndoRecord | undefined;
  readonly profile: ActiveProfile;
  readonly policy: { readonly name: string; readonly revision: string };
  readonly recordId: string;
  /** Whether a ServiceAccount token is, or will be, mounted into the containers of the pod. */
  readonly hidesToken: boolean;
}

/** Renders the sidecar for one pod. Equal input gives an equal value. */
export function render({
  pod,
  original,
  overrides,
  undo,
  profile,
  policy,
  recordId,
  hidesToken,
}: RenderInput): Rendering {
  const fromAnnotations = settingsOf(original, profile.defaults);
  const fromOverrides = applyOverrides(overrides, fromAnnotations.settings);
  const { settings } = fromOverrides;
  const { spec } = profile;
  const workload = workloadName(original);
  const sidecar = sidecarContainer(spec, settings, { workload, hidesToken });
  const rules = settings === profile.defaults ? profile.redirectRules : rulesOf(settings, spec.ipFamilies);
  const redirect = spec.capture === 'Redirect' ? [redirectContainer(spec, rules, { hidesToken })] : [];
  const native = spec.order === 'Native';
  const parts = {
    initContainers: native ? [...redirect, sidecar] : redirect,
    containers: native ? [] : [sidecar],
    volumes: volumes(hidesToken),
  };
  const { annotations: added, created, replaced } = undoRecordOf(pod, parts.initContainers.length > 0, undo);
  const status: Status = {
    version: VERSION,
    profile: profile.name,
    policy: policy.name,
    revision: policy.revision,
    injected: {
      initContainers: names(parts.initContainers),
      containers: names(parts.containers),
      volumes: names(parts.volumes),
      annotations: added,
    },
    created,
    ...(Object.keys(replaced).length === 0 ? {} : { replaced }),
    specDigest: digest(JSON.stringify([VERSION, profile.revision, settings, workload, hidesToken])),
    recordId,
    ...(overrides.length === 0 ? {} : { overrides: overrides.map(({ recorded }) => recorded) }),
  };
  return {
    injection: { ...parts, annotations: annotations(original, profile, status) },
    settings,
    origins: [...fromAnnotations.origins, ...fromOverrides.origins],
    annotationProblems: fromAnnotations.problems,
    overrideProblems: fromOverrides.problems,
  };
}

const names = (rendered: readonly Rendered[]): string[] => rendered.map(({ name }) => name);

function annotations(original: Pod, profile: ActiveProfile, status: Status): Record<string, string> {
  const authors = annotationsOf(original);
  const main = ownValue(authors, ANNOTATIONS.defaultContainer) ?? original.spec.containers[0]?.name ?? '';
  const defaults = [ANNOTATIONS.defaultContainer, ANNOTATIONS.defaultLogsContainer].filter(
    (key) => ownValue(authors, key) === undefined,
  );
  return {
    ...Object.fromEntries(defaults.map((key) => [key, main])),
    [ANNOTATIONS.envoyConfig]: profile.envoyConfig,
    [ANNOTATIONS.status]: JSON.stringify(status),
  };
}

/**
 * The name under which Envoy’s metrics are grouped: the workload’s, else what the pod itself is called. A generated name goes
 * after the one it is generated from, which is there at every call.
 */
function workloadName(pod: Pod): string {
  const { name, generateName } = pod.metadata;
  return ownerOf(pod)?.name ?? (generateName?.replace(/-$/, '') || name || 'pod');
}
