import { ownValue } from '../../kubernetes/pod.ts';
import { ANNOTATIONS } from '../../sidecar/names.ts';
import type { Check } from '../subject.ts';

/** Half of what all annotations may have together, so that the author’s own still fit. */
const MAX_CONFIG_BYTES = 128 * 1024;

/** Is Envoy’s configuration too large to travel on the pod? */
export const renderedConfigTooLarge: Check<'rendered-config-too-large'> = ({ profile, rendering }) => {
  const text = ownValue(rendering().injection.annotations, ANNOTATIONS.envoyConfig);
  if (text === undefined) return undefined;
  const size = profile.constants.find((constant) => constant.text === text)?.bytes ?? Buffer.byteLength(text);
  if (size <= MAX_CONFIG_BYTES) return undefined;
  const problem = {
    path: `/metadata/annotations/${ANNOTATIONS.envoyConfig.replace('/', '~1')}`,
    message: `would have ${size} bytes; at most ${MAX_CONFIG_BYTES} are allowed`,
  };
  return { reason: 'rendered-config-too-large', rule: '/spec/profiles', problems: [problem] };
};
