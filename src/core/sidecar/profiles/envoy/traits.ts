import type { EnvoyProfile } from '../../../api/envoy-profile.ts';
import type { ProfileTraits } from '../profile-traits.ts';
import { observes, readsHttp } from './features.ts';

/** What an application has to get on with where the sidecar is a plain Envoy. */
export const envoyTraits = (spec: EnvoyProfile['spec']): ProfileTraits => ({
  captures: spec.capture === 'Redirect',
  controlPlane: undefined,
  // its redirect is the last of the init containers
  strandsInitContainers: false,
  serverSpeaksFirst: spec.capture === 'Redirect' && readsHttp(spec) ? 'waits a moment' : 'passes',
  readsPortNames: false,
  takesHttp10: true,
  accountIsIdentity: false,
  probeSwitch: undefined,
  drainSeconds: spec.sidecar.drainSeconds,
  tells: observes(spec) ? spec.telemetry : undefined,
});
