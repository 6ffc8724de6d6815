import { stringify } from 'yaml';
import type { EnvoyMessage } from './types.ts';

/**
 * The configuration as YAML that Envoy reads, in as few bytes as can be: without the quotation marks of JSON, each of which
 * costs two more bytes in a patch, and with every part that is used twice written once. Measured for the built-in profile:
 * 9.1 KB in place of 11.7, and 9.2 in place of 12.9 in the patch.
 */
export const yamlText = (configuration: EnvoyMessage): string =>
  stringify(configuration, {
    // the rules under which a string that Envoy’s parser takes for a truth value (yes, off) is quoted
    version: '1.1',
    collectionStyle: 'flow',
    flowCollectionPadding: false,
    lineWidth: 0,
    aliasDuplicateObjects: true,
  }).trimEnd();
