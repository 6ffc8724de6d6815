import type { Examined } from './examined.ts';
import type { FitObject } from './fit-object.ts';

/**
 * How much a finding weighs. incompatible: with the sidecar the pods are refused, left without it, or never work. needs-change: something that
 * works now would not. note: worth knowing, and nothing has to be done.
 */
export const SEVERITIES = ['incompatible', 'needs-change', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a check saw. */
export interface Sighting {
  /** JSON pointer to the evidence: from the pod, or from the object that it stands in. */
  readonly path: string;
  readonly message: string;
  /** Where the evidence is in no template of the workload. */
  readonly object?: FitObject;
  /** Where it weighs less than the check can. */
  readonly severity?: Severity;
  /** Where it is another than the check’s. */
  readonly remedy?: string;
}

/** A check as it is told to people. */
export interface CheckText {
  readonly code: string;
  readonly severity: Severity;
  /** What has to be true. */
  readonly title: string;
  readonly remedy: string;
  /** Why it matters: what was measured, or who says so. */
  readonly why: string;
  /** For which profiles. */
  readonly holds: string;
  /** Tests that show it: at a real API server, or with real pods. */
  readonly shownBy?: readonly (readonly [file: string, test: string])[];
  /** Where it is known from, of what no test shows. */
  readonly from?: string;
  /** False for what Pillion decides itself, and would do all the same. */
  readonly suppressible?: false;
}

/** A question about a workload; it answers with evidence, or with nothing. */
export interface FitCheck extends CheckText {
  sightings(examined: Examined): readonly Sighting[];
}
