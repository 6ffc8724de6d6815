import type { IstioProfile } from '../../api/istio-profile.ts';
import type { SidecarProfile } from '../../api/sidecar-profile.ts';
import type { EscapedText } from '../../json/raw.ts';
import type { Problem } from '../../problem/problem.ts';
import type { AnnotationRules } from '../annotation-rule.ts';
import type { Preset } from '../effective-settings.ts';
import type { RenderInput, Rendering } from '../rendering.ts';
import type { OwnParts } from '../separate.ts';
import { activateEnvoy, envoyProblems } from './envoy/activate.ts';
import { activateIstio } from './istio/activate.ts';
import { istioProblems } from './istio/profile-problems.ts';
import type { ProfileTraits } from './profile-traits.ts';
import type { Signals } from './signals.ts';

/** The marks by which a pod with the sidecar of a profile is known, in a language that only compares texts. */
export interface Shape {
  /** Keys of annotations that such a pod has. */
  readonly annotations: readonly string[];
  /** Each of them stands in the pod. */
  readonly containers: readonly ShapePart[];
  /** Annotations with which it may lack all of them. */
  readonly absentWith: readonly string[];
}

export interface ShapePart {
  /** Where it may stand; among the init containers of a sidecar, it restarts always. */
  readonly lists: readonly ('initContainers' | 'containers')[];
  readonly name: string;
  readonly isSidecar: boolean;
  readonly image: string;
  /** Annotations that give it another image. */
  readonly otherImage: readonly string[];
  /** Annotations with which it may be absent. */
  readonly absentWith: readonly string[];
}

/**
 * What a pod must be like, beside setting nothing about its sidecar, for the sidecar to be the same as every other’s but for the names
 * of its pod and the id of its record.
 */
export interface OrdinaryPod {
  /** In these lists no container has a probe that only connects: such a probe is made a question to the sidecar. */
  readonly withoutTcpProbesIn: readonly ('initContainers' | 'containers')[];
  /** No container runs as this user. */
  readonly withoutUser: number | undefined;
  /** No Job owns it: that would wait for ever. */
  readonly outsideJobs: boolean;
  /** The shortest grace period that does not shorten what the sidecar does at its end. */
  readonly leastGraceSeconds: number;
  /** Whether the id of its record must be known to nobody who cannot read the pod. */
  readonly hasSecretId: boolean;
}

/**
 * A profile made ready: what does not depend on the pod is done once, when the profile is loaded. Each kind says of itself what
 * the rest of the program has to know, so that nothing else asks which kind it is.
 */
export interface ActiveProfile {
  readonly name: string;
  readonly revision: string;
  /** Digest of all that a refusal can depend on: equal ones refuse the same pod alike. */
  readonly refusalRevision: string;
  /** The annotations by which a pod changes its sidecar. */
  readonly annotations: AnnotationRules;
  readonly own: OwnParts;
  /** TCP ports that no application may listen on. */
  readonly ports: ReadonlySet<number>;
  readonly shape: Shape;
  /** Whether its sidecars do what Services say about their traffic. */
  readonly followsServices: boolean;
  /** Whether a pod may consist of the sidecar alone. */
  readonly mayStandAlone: boolean;
  /** What it says about the sidecar that is told of a pod, in the order of telling. */
  readonly presets: readonly Preset[];
  /** Long annotations that are the same for every pod. */
  readonly constants: readonly EscapedText[];
  /** Undefined where every sidecar is made from its pod. */
  readonly ordinaryPod: OrdinaryPod | undefined;
  readonly traits: ProfileTraits;
  readonly signals: Signals;
  render(input: RenderInput): Rendering;
}

/** Makes a profile ready. */
export const activateProfile = (profile: SidecarProfile): ActiveProfile =>
  isIstio(profile) ? activateIstio(profile) : activateEnvoy(profile);

/** What the schema of a profile cannot express. */
export const profileProblems = (profile: SidecarProfile): readonly Problem[] =>
  isIstio(profile) ? istioProblems(profile) : envoyProblems(profile);

const isIstio = (profile: SidecarProfile): profile is IstioProfile => profile.spec.kind === 'Istio';
