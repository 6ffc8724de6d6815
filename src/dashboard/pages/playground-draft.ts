import type { PlaygroundAnswer } from '../../core/dashboard/playground.ts';

const EXAMPLE = `apiVersion: v1
kind: Pod
metadata:
  name: example
  namespace: default
  annotations:
    sidecar.istio.io/inject: "true"
spec:
  containers:
    - name: app
      image: example/app:1
`;

/** What stands in the playground. It is in memory alone, so that it is there after a look at another page, and gone with the page. */
export const draft: { manifests: string; policy: string; namespace: string; answer?: PlaygroundAnswer } = {
  manifests: EXAMPLE,
  policy: '',
  namespace: '',
};

/** Puts a policy into its field, unless somebody has written another one there. */
export function beginWithPolicy(yaml: string): void {
  if (draft.policy.trim() === '') draft.policy = yaml;
}
