import { build, type Metafile } from 'esbuild';
import { leanKubernetesClient } from './lean-kubernetes-client.ts';

/** The one file of the program, and which file of which package went into it. */
export interface Bundle {
  readonly text: string;
  /** Paths below the root of the checkout, with the bytes each has in the bundle. */
  readonly inputs: ReadonlyMap<string, number>;
}

// CommonJS packages ask for Node's own modules by require, which an ES module does not have
const REQUIRE = `import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);`;

/** `debug` takes it when it happens to be installed, and here it is, for tools of development. */
export const TAKEN_IF_INSTALLED = ['supports-color'];

/**
 * Bundles `src/main.ts` with everything it imports into one ES module for Node 24. What is imported on demand is not evaluated
 * until then. Names and lines stay, so that a stack trace can be read without a source map, which is twice the size of the file.
 * @throws Error when the source does not bundle
 */
export async function bundle(root: string): Promise<Bundle> {
  const client = leanKubernetesClient(root);
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outfile: 'dist/pillion.mjs',
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // the file is the same where the checkout has its tsconfig.json and where it has not, as in the image's build
    tsconfigRaw: {},
    external: TAKEN_IF_INSTALLED,
    minifySyntax: true,
    // whole licences are in the notices; what a file says about itself beside them is repeated at the end of the bundle
    legalComments: 'eof',
    banner: { js: REQUIRE },
    plugins: [client.plugin],
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined)
    throw new Error('esbuild made no file: read what it said above, then run npm run build again');
  return { text: inAscii(output.text), inputs: new Map([...bytesOf(metafile), ...client.inputs]) };
}

/**
 * V8 keeps a source that has a character beyond Latin-1 in two bytes for each of its characters, which is 7 MB here. esbuild escapes
 * them in strings, and leaves them in comments, regular expressions and tagged templates, where an escape says the same.
 */
const inAscii = (text: string): string =>
  text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** What the outputs consist of: paths with their bytes; a file that only passed something on has none and is left out. */
export const bytesOf = ({ outputs }: Metafile): [path: string, bytes: number][] =>
  Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .map(([path, { bytesInOutput }]): [string, number] => [path, bytesInOutput])
      .filter(([, bytes]) => bytes > 0),
  );
