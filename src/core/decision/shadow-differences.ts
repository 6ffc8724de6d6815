/** In what a policy in mode Shadow can differ from the one that decides: the latter two where both inject. */
export const SHADOW_DIFFERENCES = ['verdict', 'reason', 'profile', 'sidecar'] as const;
export type ShadowDifference = (typeof SHADOW_DIFFERENCES)[number];
