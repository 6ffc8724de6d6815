import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { ApiClient } from './api-client.ts';
import { eventually } from './eventually.ts';

const DEFINITIONS = new URL('../../charts/pillion/crds/', import.meta.url);
const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

/** Where the API server serves InjectionPolicies, SidecarProfiles, and RolloutPlans. */
export const POLICIES = '/apis/pillion.io/v1alpha1/injectionpolicies';
export const PROFILES = '/apis/pillion.io/v1alpha1/sidecarprofiles';
export const PLANS = '/apis/pillion.io/v1alpha1/rolloutplans';

/** Makes the kinds of our own objects as the chart does, and waits until they are served. */
export async function ownKinds(api: ApiClient): Promise<void> {
  for (const file of await readdir(DEFINITIONS)) {
    const definition: object = parse(await readFile(new URL(file, DEFINITIONS), 'utf8'));
    const { status, body } = await api.call('POST', CRDS, definition);
    if (status !== 201) throw new Error(`${file} is refused: ${JSON.stringify(body)}`);
  }
  for (const path of [POLICIES, PROFILES, PLANS])
    await eventually(`${path} is served`, async () => (await api.call('GET', path)).status === 200);
}
