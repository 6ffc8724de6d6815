import { stringify } from 'yaml';
import { caBundleProblem } from '../../cluster/registration/ca-bundle.ts';
import { Fault } from '../../core/problem/faults.ts';
import { renderRegistration } from '../../core/registration/registration.ts';
import type { Environment } from '../environment.ts';
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
  if (flags.output === 'json') {
    environment.stdout(`${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2)}\n`);
    return 0;
  }
  // an expression stays on its line and is written out wherever it stands, so that two versions can be compared
  const documents = objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }));
  const head = flags.output === 'human' ? `# policy ${policy.name}, revision ${policy.revision}\n` : '';
  environment.stdout(head + documents.join('---\n'));
  return 0;
}

async function certificatesOf(file: string | undefined, environment: Environment): Promise<string> {
  if (file === undefined) return '';
  const source = await readSource(file, environment);
  const message = caBundleProblem(source.text);
  if (message !== undefined) throw new Fault('PIL002', [{ file: source.file, path: '', message }]);
  return source.text;
}
