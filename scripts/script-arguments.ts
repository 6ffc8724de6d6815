import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * The arguments of a script. What is not understood is told on stderr with the usage, and ends the program with exit code 2, so it is
 * to be called before anything has started.
 * @param config as of `util.parseArgs`
 */
export function scriptArguments<const Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const misused = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
    if (!misused) throw error;
    process.stderr.write(`${error.message}\n\n${usage}`);
    process.exit(2);
  }
}
