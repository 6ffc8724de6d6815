import { stringify } from 'yaml';
import type { ActivePolicy } from '../../core/policy/active-policy.ts';
import type { OutputFormat } from './structured.ts';

/**
 * Objects that were rendered from a policy, ready for kubectl apply: YAML documents, below a line that names the policy when they are
 * for people, or a List as JSON.
 */
export function forKubectl(
  objects: readonly object[],
  { name, revision }: Pick<ActivePolicy, 'name' | 'revision'>,
  format: OutputFormat,
): string {
  if (format === 'json') return `${JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }, null, 2)}\n`;
  // an expression stays on its line and is written out wherever it stands, so that two versions can be compared
  const documents = objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false }));
  const head = format === 'human' ? `# policy ${name}, revision ${revision}\n` : '';
  return head + documents.join('---\n');
}
