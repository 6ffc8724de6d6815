import { labelsOf, ownValue } from '../kubernetes/pod.ts';
import type { FitCheck } from './fit-check.ts';

// by which Istio and Kiali name a workload and its version; the first that is there counts
const NAMES = ['app', 'app.kubernetes.io/name', 'service.istio.io/canonical-name'];
const VERSIONS = ['version', 'app.kubernetes.io/version', 'service.istio.io/canonical-revision'];

export const FIT038: FitCheck = {
  code: 'FIT038',
  severity: 'note',
  title: 'The pods are labelled with app and version.',
  remedy: 'Add the labels app and version to the pod template.',
  why: 'Kiali and the metrics of the mesh name workloads by these labels; without them an application is unknown, and its versions cannot be told apart.',
  holds: 'every profile',
  sightings: ({ pod }) => {
    const labels = labelsOf(pod);
    const lacks = (keys: readonly string[]) => keys.every((key) => ownValue(labels, key) === undefined);
    const missing = [...(lacks(NAMES) ? ['app'] : []), ...(lacks(VERSIONS) ? ['version'] : [])];
    return missing.length === 0
      ? []
      : [
          {
            path: '/metadata/labels',
            message: `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} missing`,
          },
        ];
  },
};
