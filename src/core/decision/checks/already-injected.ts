import type { Check } from '../subject.ts';

/** Does it carry the sidecar that would be rendered for it? The mark of an earlier injection alone proves nothing. */
export const alreadyInjected: Check<'already-injected'> = ({ separated, edit }) =>
  separated.injectedBefore && edit() === undefined ? { reason: 'already-injected', rule: '' } : undefined;
