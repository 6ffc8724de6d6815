import type { AnnotationRule, AnnotationRules } from '../annotation-rule.ts';
import { ENVOY_ANNOTATIONS } from './envoy/settings.ts';
import { ISTIO_ANNOTATIONS } from './istio/annotations.ts';

/** Every annotation by which a pod can change its sidecar, of whatever kind its profile is. */
export const KNOWN_ANNOTATIONS: AnnotationRules = new Map<string, AnnotationRule>([
  ...ENVOY_ANNOTATIONS,
  ...ISTIO_ANNOTATIONS,
]);

/** Those that a policy allows when it does not say which: all that give the sidecar no rights, programs or files. */
export const ORDINARY_ANNOTATIONS: readonly string[] = [...KNOWN_ANNOTATIONS]
  .filter(([, { isPrivileged }]) => isPrivileged !== true)
  .map(([key]) => key);
