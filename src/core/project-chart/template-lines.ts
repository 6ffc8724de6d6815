/**
 * The lines by which a template gives its pods a map of the chart’s values.
 * @param field of the pod template’s metadata
 * @param at the map’s place in the values, as keys joined by dots
 * @param depth how many keys lead to the pod template: 0 for a Pod, 2 for a Deployment, 4 for a CronJob
 */
export function templateLines(field: 'annotations' | 'labels', at: string, depth: number): readonly string[] {
  const step = 2;
  const indentation = (depth + 1) * step;
  const lines = [
    `${field}:`,
    `  {{- with ${lookup(at)} }}`,
    `  {{- toYaml . | nindent ${indentation + step} }}`,
    '  {{- end }}',
  ];
  return lines.map((line) => ' '.repeat(indentation) + line);
}

// with parentheses a map on the way may be missing; what a dot names may have no - in it
const lookup = (at: string): string => {
  const keys = at.split('.');
  const hasPlainKeys = keys.every((key) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(key));
  if (!hasPlainKeys)
    return `(dig ${keys.map((key) => JSON.stringify(key)).join(' ')} dict (.Values | toJson | fromJson))`;
  return keys.reduce((outer, key) => (outer === '.Values' ? `${outer}.${key}` : `(${outer}).${key}`), '.Values');
};
