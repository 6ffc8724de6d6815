/** Why a golden may not be met: the real API server refuses its pod, or an item of the Istio reference, chapter 9. */
const REFUSED = 'refused by the API server';
export type IntendedReason = typeof REFUSED | 'item 1' | 'item 7' | 'item 9' | 'item 16' | 'item 21';

export interface Intended {
  readonly golden: string;
  /** The place that differs, and all that is in it. */
  readonly pointer: string;
  readonly reason: IntendedReason;
}

const SPIRE = 'sidecar-spire.yaml.injected';
const JOB_TEMPLATE = '/spec/jobTemplate';
const onPod = (golden: string): Intended[] =>
  ['metadata', 'spec/template/metadata'].flatMap((metadata) =>
    ['labels', 'annotations'].map(
      (map): Intended => ({
        golden,
        pointer: `${JOB_TEMPLATE}/${metadata}/${map}`,
        reason: 'item 9',
      }),
    ),
  );

/** Every place where a golden is not met on purpose. At most six goldens may have one. */
export const INTENDED: readonly Intended[] = [
  // Istio writes what belongs on the pod on the Job
  ...onPod('cronjob.yaml.injected'),
  ...onPod('cronjob-old-version.yaml.injected'),
  // a pod has to have a container that is not an init container
  { golden: 'only-proxy-container.yaml.injected', pointer: '/spec/containers', reason: REFUSED },
  // Istio adds the mount to a container of the same name in the other list
  { golden: SPIRE, pointer: '/spec/containers/1', reason: 'item 1' },
  { golden: SPIRE, pointer: '/spec/initContainers/1/volumeMounts/0/readOnly', reason: 'item 1' },
];
