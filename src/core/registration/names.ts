/**
 * The name of every object that a rendering has ever had. Rights are granted on these alone; a test holds every rendering to them.
 * A name that is no longer rendered stays here, for what an earlier version registered is still to be deleted.
 */
export const REGISTERED_NAMES: readonly string[] = [
  'zz-pillion-inject',
  'zz-pillion-namespaces',
  'zz-pillion-policies',
  'pillion-warn',
  'pillion-workloads',
  'pillion-services',
  'pillion-final-state',
  'pillion-inert-opt-in',
  'pillion-overrides',
  'pillion-overrides-deny',
  'pillion-overrides-warn',
  'pillion-overrides-audit',
  'pillion-rendered-annotations',
];
