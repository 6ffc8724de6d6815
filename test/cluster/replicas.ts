import type { ApiClient } from './api-client.ts';
import { INSTALLED, OWN_NAMESPACE } from './installation.ts';
import { counterOf } from './metrics.ts';
import type { PillionProcess } from './pillion-process.ts';
import { registeredObjects } from './registered-objects.ts';

const CONFIG_MAPS = `/api/v1/namespaces/${OWN_NAMESPACE}/configmaps`;

/** The flags of a replica of an installation; a Lease of 3 s, so that nobody has to wait for long. */
export const REPLICA = [...INSTALLED, '--lease-duration=3s', '--drain-seconds=0.2'] as const;

/** Writes the ConfigMap of the policy; it is made when there is none. */
export async function writePolicy(api: ApiClient, text: string): Promise<void> {
  const data = { 'policy.yaml': text };
  const { status } = await api.call('PATCH', `${CONFIG_MAPS}/pillion-policy`, { data });
  if (status === 404) await created(api, CONFIG_MAPS, { metadata: { name: 'pillion-policy' }, data });
  else if (status !== 200) throw new Error(`the policy was not written: ${status}`);
}

/** Deletes the ConfigMap of the policy. */
export async function deletePolicy(api: ApiClient): Promise<void> {
  await api.call('DELETE', `${CONFIG_MAPS}/pillion-policy`);
}

async function created(api: ApiClient, path: string, object: object): Promise<void> {
  const { status, body } = await api.call('POST', path, object);
  if (status !== 201) throw new Error(`not created: ${JSON.stringify(body)}`);
}

/** Who holds the Lease; empty when nobody does. */
export async function leaseHolder(api: ApiClient): Promise<string> {
  const path = `/apis/coordination.k8s.io/v1/namespaces/${OWN_NAMESPACE}/leases/pillion-registrar`;
  const { body } = await api.call('GET', path);
  return String((body.spec as { readonly holderIdentity?: string } | undefined)?.holderIdentity ?? '');
}

/** Whether this replica says that it registers. */
export async function registers({ opsPort }: PillionProcess): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
  return (await response.text()).includes('\npillion_registrar 1\n');
}

/** The names of the objects that a replica sees in this state. */
export async function inState(state: string, { opsPort }: PillionProcess): Promise<string[]> {
  const states = await counterOf(opsPort, 'pillion_registration_objects');
  return [...states.keys()]
    .filter((labels) => labels.includes(`state="${state}"`))
    .map((labels) => /[{,]name="([^"]*)"/.exec(labels)?.[1] ?? '');
}

/** Whether a replica sees every object as its own policy renders it, and no final state stands that only makes way for another. */
export async function allStand(api: ApiClient, { opsPort }: PillionProcess): Promise<boolean> {
  // one answer, so that no object is between two states
  const states = [...(await counterOf(opsPort, 'pillion_registration_objects')).keys()];
  const makesWay = (await registeredObjects(api)).some(
    ({ metadata }) => metadata.annotations?.['pillion.io/makes-way-for'] !== undefined,
  );
  return states.length > 0 && states.every((labels) => labels.includes('state="kept"')) && !makesWay;
}
