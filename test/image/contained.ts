import { join } from 'node:path';
import { type Answer, ask } from '../needs/executable.ts';
import { copyOfImage, type Image, ownFile } from '../node/image.ts';
import { sandboxCommand } from '../node/sandbox.ts';

/** An image that can be run as Kubernetes would with a restricted security context: nothing of it can be written to. */
export interface ContainedImage {
  /** The words that run it, for whoever starts processes. */
  words(command: readonly string[]): readonly [string, ...string[]];
  /** Runs it to its end. */
  run(command: readonly string[]): Promise<Answer>;
}

/**
 * @param files what is mounted into its /etc, by name
 * @param enter the words before a command that choose its network; none is the network of this machine
 */
export async function contained(
  image: Image,
  folder: string,
  options: {
    readonly files?: Readonly<Record<string, string>>;
    readonly capabilities?: readonly string[];
    readonly enter?: readonly string[];
  } = {},
): Promise<ContainedImage> {
  const { files = {}, capabilities = [], enter = [] } = options;
  const root = await copyOfImage(image, join(folder, 'root'));
  for (const [name, text] of Object.entries(files)) await ownFile(root, join('etc', name), text);
  const words = (command: readonly string[]): [string, ...string[]] => {
    const { user = 0, group = 0, environment = {} } = image;
    const sandbox = {
      root,
      user,
      group,
      groups: [],
      capabilities,
      mounts: [],
      environment,
      hostname: 'image',
      command,
    };
    const [first = '', ...rest] = [...enter, ...sandboxCommand(sandbox)];
    return [first, ...rest];
  };
  return {
    words,
    run(command) {
      const [first, ...rest] = words(command);
      return ask(first, rest);
    },
  };
}
