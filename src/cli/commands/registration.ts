import { caBundleProblem } from '../../cluster/registration/ca-bundle.ts';
import { Fault } from '../../core/problem/faults.ts';
import { renderRegistration } from '../../core/registration/registration.ts';
import type { Environment } from '../environment.ts';
import { forKubectl } from '../output/for-kubectl.ts';
import type { OutputFormat } from '../output/structured.ts';
import { activePolicy, type PolicyFlags } from '../policy-sources.ts';
import { readSource } from '../read-source.ts';
import { type AddressFlags, webhookAddress } from '../webhook-address.ts';

export interface RegistrationRenderFlags extends PolicyFlags, AddressFlags {
  readonly ca?: string;
  readonly output: OutputFormat;
}

/**
 * `pillion registration render`: the objects that the server registers, ready for kubectl apply: YAML documents, or a List as JSON.
 * @throws Fault PIL001 to PIL003
 */
export async function renderRegistrationCommand(
  flags: RegistrationRenderFlags,
  environment: Environment,
): Promise<number> {
  const address = webhookAddress(flags) ?? {
    service: { namespace: flags.ownNamespace, name: 'pillion', port: 443 },
  };
  const policy = await activePolicy(flags, environment);
  const objects = renderRegistration(policy, address, await certificatesOf(flags.ca, environment));
  environment.stdout(forKubectl(objects, policy, flags.output));
  return 0;
}

async function certificatesOf(file: string | undefined, environment: Environment): Promise<string> {
  if (file === undefined) return '';
  const source = await readSource(file, environment);
  const message = caBundleProblem(source.text);
  if (message !== undefined) throw new Fault('PIL002', [{ file: source.file, path: '', message }]);
  return source.text;
}
