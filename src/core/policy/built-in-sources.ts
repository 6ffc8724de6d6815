import { ENVOY_PROFILE } from '../sidecar/profiles/envoy/envoy.generated.ts';
import { ISTIO_PROFILE } from '../sidecar/profiles/istio/istio.generated.ts';
import { DEFAULT_POLICY } from './default-policy.generated.ts';
import type { Source } from './load.ts';

/** The policy and the profiles that Pillion brings. */
export const BUILT_IN: readonly Source[] = [
  { file: 'built-in profile envoy', text: ENVOY_PROFILE, builtIn: true },
  { file: 'built-in profile istio', text: ISTIO_PROFILE, builtIn: true },
  { file: 'built-in policy default', text: DEFAULT_POLICY, builtIn: true },
];
