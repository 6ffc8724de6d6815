import type { IstioProfile } from '../../src/core/api/istio-profile.ts';
import type { ActivePolicy } from '../../src/core/policy/active-policy.ts';
import { loadPolicy } from '../../src/core/policy/load.ts';
import { CIRCUMSTANCES, EVERY_OVERRIDE } from '../core-fixtures/policies.ts';
import { overlaySettings } from './overlays.ts';
import type { Peer } from './peer.ts';
import type { GoldenCase, Settings } from './settings.ts';

type Compatibility = IstioProfile['spec']['compatibility'];

/**
 * The policy that stands for the settings of a golden: every pod of the namespace is injected unless it says no, as in Istio’s
 * harness. With compatibility Istio a pod may say everything that it may say to Istio; with Corrected what the built-in policy allows.
 */
export function policyFor(
  { settings = {}, overlay }: GoldenCase,
  peer: Peer,
  compatibility: Compatibility,
): ActivePolicy {
  const { hub, tag } = peer.values.global;
  const overlaid: Settings = overlay === undefined ? {} : overlaySettings(peer.objects(overlay), peer.values);
  const profile = {
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'SidecarProfile',
    metadata: { name: 'istio' },
    spec: {
      kind: 'Istio',
      compatibility,
      ...settings,
      ...overlaid,
      images: { hub, tag, ...settings.images, ...overlaid.images },
    },
  };
  const overrides = { allow: EVERY_OVERRIDE };
  const policy = {
    apiVersion: 'pillion.io/v1alpha1',
    kind: 'InjectionPolicy',
    metadata: { name: 'default' },
    spec: {
      optIn: { rule: 'Istio', autoInject: 'enabled' },
      profiles: [{ name: 'istio' }],
      ...(compatibility === 'Istio' ? { overrides } : {}),
    },
  };
  const loaded = loadPolicy(
    [profile, policy].map((object) => ({ file: object.kind, text: JSON.stringify(object) })),
    CIRCUMSTANCES,
  );
  if ('active' in loaded) return loaded.active;
  throw new Error(`the settings of a golden are refused: ${JSON.stringify(loaded.problems)}`);
}
