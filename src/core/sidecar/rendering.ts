import type { Pod } from '../kubernetes/pod.ts';
import type { Problem } from '../problem/problem.ts';
import type { TrafficServices } from '../traffic/traffic-services.ts';
import type { PodTraffic } from '../xds/pod-traffic.ts';
import type { Override } from './separate.ts';
import type { UndoRecord } from './undo-record.ts';

/** A rendered part of a pod: plain JSON. */
export type Rendered = { readonly name: string; readonly [field: string]: unknown };

/** The lists of a pod’s spec that a sidecar has parts in. */
export const LISTS = ['volumes', 'initContainers', 'containers', 'imagePullSecrets'] as const;
export type List = (typeof LISTS)[number];

/** Where the parts of one list go: in front of the author’s elements, and behind them. */
export interface Parts {
  readonly first: readonly Rendered[];
  readonly last: readonly Rendered[];
}

/** A field of one of the author’s containers that gets another value. */
export interface ContainerChange {
  readonly list: 'initContainers' | 'containers';
  /** Which of the author’s containers of that list, counted from 0. */
  readonly index: number;
  /** The way to the field, from the container. */
  readonly path: readonly string[];
  /** Undefined: the field goes. */
  readonly value: unknown;
}

/** Everything that makes an ordinary pod an injected one. */
export interface Injection extends Readonly<Record<List, Parts>> {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly removedAnnotations: readonly string[];
  readonly changes: readonly ContainerChange[];
}

export const NO_PARTS: Parts = Object.freeze({ first: [], last: [] });

/** All parts of one list. */
export const partsOf = ({ first, last }: Parts): readonly Rendered[] =>
  last.length === 0 ? first : first.length === 0 ? last : [...first, ...last];

/** What the sidecar asks for and may use at most. */
export interface Amounts {
  readonly requestCpu: string | undefined;
  readonly requestMemory: string | undefined;
  readonly limitCpu: string | undefined;
  readonly limitMemory: string | undefined;
}

/** A setting that the pod changed: under which annotation or container, to what. The rest comes from the profile. */
export interface SettingOrigin {
  readonly setting: string;
  readonly origin: string;
  readonly value: string;
}

/** What of a pod’s traffic passes its sidecar: nothing, or all but what is excluded. */
export type Capture =
  | 'None'
  | {
      readonly excludedInboundPorts: readonly string[];
      readonly excludedOutboundPorts: readonly string[];
      readonly excludedOutboundBlocks: readonly string[];
    };

export interface Rendering {
  readonly injection: Injection;
  readonly origins: readonly SettingOrigin[];
  /** What Services say about the traffic of the pod, where its sidecar acts on that. */
  readonly traffic: PodTraffic | undefined;
  /** What of its traffic passes the sidecar, where that is told by Pillion itself. */
  readonly capture: Capture | undefined;
  readonly amounts: Amounts;
  /** Whether a Job of this pod would wait for ever for the sidecar. */
  readonly outlivesJobs: boolean;
  /** The user whose traffic is not captured, when any is. */
  readonly exemptUser: number | undefined;
  /** Annotations that cannot be read. */
  readonly annotationProblems: readonly Problem[];
  /** What the author may not change. */
  readonly overrideProblems: readonly Problem[];
  /** Probes and life cycle calls of the application that the sidecar could not answer for. */
  readonly probeProblems: readonly Problem[];
  /** What would make the pod an invalid one. */
  readonly podProblems: readonly Problem[];
}

export interface RenderInput {
  /** The pod as it stands. */
  readonly pod: Pod;
  /** The pod as its author wrote it. */
  readonly original: Pod;
  readonly namespace: string;
  readonly overrides: readonly Override[];
  /** Containers that an earlier injection, not of ours, put there. */
  readonly standing: readonly Override[];
  /** What an earlier injection left to be undone. */
  readonly undo: UndoRecord | undefined;
  readonly policy: { readonly name: string; readonly revision: string };
  readonly services: TrafficServices;
  readonly recordId: string;
  /** Whether a ServiceAccount token is, or will be, mounted into the containers of the pod. */
  readonly tokenIsMounted: boolean;
}
