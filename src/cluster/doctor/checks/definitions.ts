import { InjectionPolicy } from '../../../core/api/injection-policy.ts';
import { RolloutPlan } from '../../../core/api/rollout-plan.ts';
import { SidecarProfileSpec } from '../../../core/api/sidecar-profile.ts';
import { type Finding, orOk, problem, someOf, warning } from '../../../core/doctor/finding.ts';
import { missingFields } from '../../../core/doctor/missing-fields.ts';
import { readJson } from '../../read-json.ts';
import type { Check } from '../examine.ts';

interface Definition {
  readonly spec: {
    readonly versions: readonly {
      readonly name: string;
      readonly served: boolean;
      readonly schema?: { readonly openAPIV3Schema?: { readonly properties?: { readonly spec?: unknown } } };
    }[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] | null };
}

const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const VERSION = 'v1alpha1';
const APPLY = 'kubectl apply --server-side -f charts/pillion/crds';

// a schema is plain data; what the library keeps beside it is no part of it. A report has a status alone, which nobody asks for anything
const SPECS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['injectionpolicies.pillion.io', InjectionPolicy.properties.spec],
  ['sidecarprofiles.pillion.io', SidecarProfileSpec],
  ['rolloutplans.pillion.io', RolloutPlan.properties.spec],
  ['injectionreports.pillion.io', {}],
]);

/** Whether our kinds are defined, and as this version knows them: the API server drops fields that a definition lacks. */
export const definitions: Check = async ({ transport }) => {
  const found: Finding[] = [];
  for (const [name, spec] of SPECS) {
    const definition = await readJson<Definition>(transport, `${CRDS}/${name}`);
    const version = definition?.spec.versions.find((each) => each.name === VERSION && each.served);
    if (version === undefined) {
      found.push(
        problem(`CustomResourceDefinition ${name} ${definition ? `does not serve ${VERSION}` : 'is not there'}`, APPLY),
      );
      continue;
    }
    const established = definition?.status?.conditions?.some(
      ({ type, status }) => type === 'Established' && status === 'True',
    );
    if (!established)
      found.push(problem(`CustomResourceDefinition ${name} is not established`, `kubectl describe crd ${name}`));
    const missing = missingFields(spec, version.schema?.openAPIV3Schema?.properties?.spec);
    if (missing.length > 0)
      found.push(
        warning(`CustomResourceDefinition ${name} is older than this version and drops ${someOf(missing)}`, APPLY),
      );
  }
  return orOk(found, `${[...SPECS.keys()].join(', ')} are as this version knows them`);
};
