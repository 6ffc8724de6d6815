import type { ApiClient } from './api-client.ts';
import { eventually } from './eventually.ts';

/** Where the API server serves InjectionPolicies. */
export const POLICIES = '/apis/pillion.io/v1alpha1/injectionpolicies';

const definition = (plural: string, kind: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `${plural}.pillion.io` },
  spec: {
    group: 'pillion.io',
    scope: 'Cluster',
    names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
});

/** Makes the kinds of our own objects, without a schema that would judge them, and waits until they are served. */
export async function ownKinds(api: ApiClient): Promise<void> {
  const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
  for (const [plural, kind] of [
    ['injectionpolicies', 'InjectionPolicy'],
    ['sidecarprofiles', 'SidecarProfile'],
  ] as const) {
    const { status, body } = await api.call('POST', path, definition(plural, kind));
    if (status !== 201) throw new Error(`the definition of ${kind} is refused: ${JSON.stringify(body)}`);
    await eventually(`${plural} are served`, async () => {
      const { status: found } = await api.call('GET', `/apis/pillion.io/v1alpha1/${plural}`);
      return found === 200;
    });
  }
}
