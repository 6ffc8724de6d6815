import { parseAllDocuments } from 'yaml';
import type { ApiClient } from './api-client.ts';
import { INSTALLED, OWN_NAMESPACE } from './installation.ts';
import { counterOf } from './metrics.ts';
import { POLICIES, PROFILES } from './own-kinds.ts';
import type { PillionProcess } from './pillion-process.ts';
import { registeredObjects } from './registered-objects.ts';

/** The flags of a replica of an installation; a Lease of 3 s, so that nobody has to wait for long. */
export const REPLICA = [...INSTALLED, '--lease-duration=3s', '--drain-seconds=0.2'] as const;

/** Writes objects of the policy, whole, as `kubectl replace` does; those that are not there are made. They are the documents of a text. */
export async function writePolicy(api: ApiClient, text: string): Promise<void> {
  for (const document of parseAllDocuments(text)) {
    const object = document.toJS() as PolicyObject;
    const collection = object.kind === 'InjectionPolicy' ? POLICIES : PROFILES;
    const path = `${collection}/${object.metadata.name}`;
    // replicas write the status at any time
    let written = await replaced(api, collection, object);
    while (written.status === 409) written = await replaced(api, collection, object);
    if (written.status > 201) throw new Error(`${path} was not written: ${JSON.stringify(written.body)}`);
  }
}

async function replaced(api: ApiClient, collection: string, object: PolicyObject) {
  const path = `${collection}/${object.metadata.name}`;
  const { status, body } = await api.call('GET', path);
  const { resourceVersion } = (status === 200 ? (body as unknown as PolicyObject) : object).metadata;
  const metadata = { ...object.metadata, ...(resourceVersion && { resourceVersion }) };
  if (status === 404) return api.call('POST', collection, object);
  return api.call('PUT', path, { ...object, metadata });
}

interface PolicyObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly resourceVersion?: string };
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
