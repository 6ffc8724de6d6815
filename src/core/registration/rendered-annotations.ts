import type { ActivePolicy } from '../policy/active-policy.ts';
import { ANNOTATIONS } from '../sidecar/names.ts';
import { inTree } from './admission-policy.ts';
import { any, hasKey, sameUnderKey } from './cel.ts';
import { namespaced, type RegisteredObject } from './objects.ts';

const RENDERED = [ANNOTATIONS.envoyConfig, ANNOTATIONS.status];

const NOW = 'object.metadata.annotations';
const BEFORE = 'oldObject.metadata.annotations';

/**
 * What Pillion wrote on a pod stays as it was written: Envoy runs on one of these annotations, which reach it as a file. An
 * update of the status can change annotations as well, and the annotations of a Binding are copied to the pod (Kubernetes
 * v1.37, pkg/registry/core/pod/storage, assignPod).
 */
export const renderedAnnotations = (policy: ActivePolicy): readonly RegisteredObject[] =>
  inTree(policy, {
    name: 'pillion-rendered-annotations',
    actions: ['Deny'],
    rules: [
      namespaced(['UPDATE'], '', ['pods', 'pods/status']),
      namespaced(['CREATE'], '', ['bindings', 'pods/binding']),
    ],
    conditions: [
      {
        name: 'has-or-had-rendered-annotation',
        expression: any(...RENDERED.flatMap((key) => [hasKey(NOW, key), hasKey(BEFORE, key)])),
      },
    ],
    validations: RENDERED.map((key) => ({
      expression: sameUnderKey(NOW, BEFORE, key),
      message: `the annotation ${key} belongs to the sidecar: it is written when the pod is created, and nobody may add, change or remove it afterwards. Change the pod template, or delete the pod, so that a new one replaces it`,
    })),
  });
