import { ownValue } from '../../kubernetes/pod.ts';
import type { Check } from '../subject.ts';

export const OS_LABEL = 'kubernetes.io/os';

/** Does it run on Windows, by its own word or by the nodes it selects? */
export const windowsPod: Check<'windows-pod'> = ({ pod: { spec } }) =>
  spec.os?.name === 'windows' || ownValue(spec.nodeSelector ?? {}, OS_LABEL) === 'windows'
    ? { reason: 'windows-pod', rule: '' }
    : undefined;
