/**
 * How values are bounded: amounts by a smallest and a largest one, images by their repositories, mounts by their paths, all others by a
 * list of values.
 */
export type Bounds = 'amount' | 'images' | 'paths' | 'values';

/** What is known of an annotation by which a pod changes its sidecar. */
export interface AnnotationRule {
  readonly setting: string;
  /** In words, for whoever wrote another value. */
  readonly accepted: string;
  /** By what a policy can bound it. */
  readonly bounds: Bounds;
  /** Settings of a container of the author’s that do the same, and so are held to what a policy says of this annotation. */
  readonly heldToIt?: readonly string[];
  /** Whether it can give the sidecar rights, other programs or other files, so that a policy has to allow it by name. */
  readonly isPrivileged?: true;
}

export type AnnotationRules = ReadonlyMap<string, AnnotationRule>;
