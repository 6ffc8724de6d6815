import { VERSION } from '../../core/version.ts';
import type { Environment } from '../environment.ts';
import { type OutputFormat, structured } from '../output/structured.ts';

/** `pillion version` */
export function showVersion(flags: { readonly output: OutputFormat }, environment: Environment): number {
  environment.stdout(
    flags.output === 'human' ? `pillion ${VERSION}\n` : structured({ version: VERSION }, flags.output),
  );
  return 0;
}
