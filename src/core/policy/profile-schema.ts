import { PROFILE_SCHEMAS } from '../api/sidecar-profile.ts';
import { isObject } from '../json/is-object.ts';

/** The schema for a document that calls itself a SidecarProfile: that of its `spec.kind`, or Envoy’s when that is unknown. */
export function profileSchemaFor(document: unknown): (typeof PROFILE_SCHEMAS)[keyof typeof PROFILE_SCHEMAS] {
  const spec = isObject(document) && isObject(document.spec) ? document.spec : {};
  return spec.kind === 'Istio' ? PROFILE_SCHEMAS.Istio : PROFILE_SCHEMAS.Envoy;
}
