import { stringify } from 'yaml';
import { simplePod } from './pods.ts';

/** A Deployment of small pods as a file of a user. */
export function deploymentText(namespace: string, name: string, annotations: object, replicas: number): string {
  const labels = { app: name };
  const { spec } = simplePod(name);
  return stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels, annotations }, spec } },
  });
}
