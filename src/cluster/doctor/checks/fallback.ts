import { ok, someOf, warning } from '../../../core/doctor/finding.ts';
import { FALLBACK_PREFIX } from '../../../core/registration/fallback/fallback.ts';
import { INJECT_CONFIGURATION } from '../../../core/registration/pod-hooks.ts';
import { readJson } from '../../read-json.ts';
import { isManaged, MANAGED_SELECTOR } from '../../registration/registered-objects.ts';
import type { Check } from '../examine.ts';

// a policy without its binding does nothing
const BINDINGS = '/apis/admissionregistration.k8s.io/v1/mutatingadmissionpolicybindings';

interface Bindings {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  }[];
}

/** Whether what `pillion policy export` prints stands: the API server then makes sidecars in place of the webhook. */
export const fallback: Check = async (patient) => {
  // an API server before 1.36 has none
  const list = await readJson<Bindings>(patient.transport, BINDINGS);
  const names = (list?.items ?? [])
    .filter(({ metadata }) => isManaged(metadata) && metadata.name.startsWith(FALLBACK_PREFIX))
    .map(({ metadata }) => metadata.name);
  if (names.length === 0) return [ok('no fallback is in force')];
  const hook = (await patient.configurations()).find(({ metadata }) => metadata.name === INJECT_CONFIGURATION);
  const says = `the API server makes sidecars by itself, without a record: ${someOf(names)}`;
  if (hook === undefined) return [warning(`${says}; ${INJECT_CONFIGURATION} is not registered`)];
  return [
    warning(
      `${says}; ${INJECT_CONFIGURATION} stands as well, so it is not needed`,
      `kubectl delete mutatingadmissionpolicybindings,mutatingadmissionpolicies -l ${MANAGED_SELECTOR}`,
    ),
  ];
};
