import { LABEL } from '../api/traffic/building-blocks.ts';

/** The annotation of a pod that names the Services which it calls. */
export const DEPENDS_ON_ANNOTATION = 'pillion.io/depends-on';

/** How many Services a pod can name: each becomes some 2 KB of the pod’s configuration. */
export const MOST_DEPENDENCIES = 64;

const REFERENCE = new RegExp(`^(${LABEL}/)?${LABEL}$`);

/**
 * The Services that a text names, such as `inventory, pricing/quotes`.
 * @returns each once, in their order; undefined where the text is not accepted
 */
export function parseDependsOn(text: string): readonly string[] | undefined {
  const names = text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unique = [...new Set(names)];
  if (unique.length > MOST_DEPENDENCIES) return undefined;
  return unique.every((name) => name.length <= 127 && REFERENCE.test(name)) ? unique : undefined;
}
