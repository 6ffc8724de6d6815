/** What is known of an annotation by which a pod changes its sidecar. */
export interface AnnotationRule {
  readonly setting: string;
  /** In words, for whoever wrote another value. */
  readonly accepted: string;
  /** Whether the value is a quantity, so that a policy can give it bounds. */
  readonly isAmount: boolean;
  /** Whether it can give the sidecar rights, other programs or other files, so that a policy has to allow it by name. */
  readonly isPrivileged?: true;
}

export type AnnotationRules = ReadonlyMap<string, AnnotationRule>;
