import type { ApiClient } from './api-client.ts';

/** An object of the registration as it stands at the API server. */
export interface RegisteredObject {
  readonly path: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly webhooks?: readonly Webhook[];
  readonly spec?: Readonly<Record<string, unknown>>;
}

export interface Webhook {
  readonly name: string;
  readonly clientConfig: Readonly<Record<string, unknown>>;
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[];
  readonly [field: string]: unknown;
}

const GROUP = '/apis/admissionregistration.k8s.io/v1';
const RESOURCES = [
  'mutatingwebhookconfigurations',
  'validatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
];

/** Every object of the registration that stands, whether it carries our label or not. */
export async function registeredObjects(api: ApiClient): Promise<RegisteredObject[]> {
  const lists = RESOURCES.map(async (resource) => {
    const { body } = await api.call('GET', `${GROUP}/${resource}`);
    const { items } = body as unknown as { readonly items: RegisteredObject[] };
    return items.map((object) => ({ ...object, path: `${GROUP}/${resource}/${object.metadata.name}` }));
  });
  const all = (await Promise.all(lists)).flat();
  return all.filter(({ metadata }) => /^(zz-)?pillion/.test(metadata.name));
}

/** What is registered, without what the API server counts up at each write. */
export const contentOf = ({ metadata, webhooks, spec }: RegisteredObject) => ({
  name: metadata.name,
  labels: metadata.labels,
  annotations: metadata.annotations,
  webhooks,
  spec,
});
