import { stringify } from 'yaml';
import { IstioProfile } from '../../core/api/istio-profile.ts';
import { fromIstio, type Wishes } from '../../core/from-istio/from-istio.ts';
import { Fault } from '../../core/problem/faults.ts';
import { activateProfile } from '../../core/sidecar/profiles/active-profile.ts';
import type { Environment } from '../environment.ts';
import { type IstioSettingsFlags, istioSettings } from '../istio-settings.ts';
import { findingsText, objectsText } from '../output/from-istio.ts';
import { FOR_KUBECTL, type OutputFormat, structured } from '../output/structured.ts';
import { type PolicyFlags, policyFromFiles } from '../policy-sources.ts';
import { usage } from '../webhook-address.ts';

export interface ProfileShowFlags extends PolicyFlags {
  readonly output: OutputFormat;
}

/**
 * `pillion profile show`: each profile as it counts, with everything that it leaves out, or the one of a name.
 * @throws Fault PIL001, PIL002 with every problem of the files, PIL003 when there is none of that name
 */
export async function showProfiles(
  name: string | undefined,
  flags: ProfileShowFlags,
  environment: Environment,
): Promise<number> {
  const { profiles } = await policyFromFiles(flags, environment);
  const named = profiles.filter(({ metadata }) => name === undefined || metadata.name === name);
  if (named.length === 0) {
    const known = profiles.map(({ metadata }) => metadata.name).join(', ');
    throw usage(`there is no profile ${JSON.stringify(name)}; known: ${known}`);
  }
  const shown = named.map((profile) => ({ revision: activateProfile(profile).revision, profile }));
  if (flags.output !== 'human') environment.stdout(structured({ profiles: shown }, flags.output));
  else
    environment.stdout(
      shown.map(({ revision, profile }) => `# revision ${revision}\n${stringify(profile, FOR_KUBECTL)}`).join('---\n'),
    );
  return 0;
}

export interface FromIstioFlags extends IstioSettingsFlags, Pick<Wishes, 'compatibility'> {
  readonly full?: boolean;
  readonly strict?: boolean;
  readonly allowPrivileged?: boolean;
  readonly output: OutputFormat;
}

/**
 * `pillion profile from-istio`: the settings of an existing Istio injector as a profile and a policy.
 * @throws Fault PIL001, PIL002 with every problem of the ConfigMaps, PIL003, PIL006
 */
export async function profileFromIstio(flags: FromIstioFlags, environment: Environment): Promise<number> {
  const { compatibility, full = false, allowPrivileged = false, strict = false, output } = flags;
  const made = fromIstio(await istioSettings(flags, environment), {
    compatibility,
    full,
    allowPrivileged,
  });
  if ('problems' in made) throw new Fault('PIL002', made.problems);
  environment.stderr(findingsText(made.findings));
  environment.stdout(output === 'human' ? objectsText(made) : structured(made, output));
  return strict && made.findings.length > 0 ? 1 : 0;
}

/** What `--compatibility` takes. */
export const COMPATIBILITIES: readonly string[] = IstioProfile.properties.spec.properties.compatibility.enum;
