import { Type } from 'typebox';
import { EnvoyProfile } from './envoy-profile.ts';
import { IstioProfile } from './istio-profile.ts';

/** The schema of a SidecarProfile by its `spec.kind`. */
export const PROFILE_SCHEMAS = { Envoy: EnvoyProfile, Istio: IstioProfile } as const;

/** What a sidecar looks like. Cluster-scoped. */
export type SidecarProfile = EnvoyProfile | IstioProfile;

/** Every shape that `spec` of a SidecarProfile may have. */
export const SidecarProfileSpec = Type.Union([EnvoyProfile.properties.spec, IstioProfile.properties.spec]);
