import { join, relative } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { leanKubernetesClient } from './lean-kubernetes-client.ts';

/** One file that a program consists of, and which file of which package went into it. */
export interface Bundle extends Pick<Program, 'inputs'> {
  readonly text: string;
}

/** The files of the program, and which file of which package went into them. */
export interface Program {
  /** By their paths below the folder of the program. */
  readonly files: ReadonlyMap<string, string>;
  /** Paths below the root of the checkout, with the bytes each has in the bundle. */
  readonly inputs: ReadonlyMap<string, number>;
}

// CommonJS packages ask for Node's own modules by require, which an ES module does not have
const REQUIRE = `import { createRequire as requireFrom } from 'node:module';\nconst require = requireFrom(import.meta.url);`;

// where esbuild believes that it writes
const DIST_FOLDER = 'dist';

/** The folder of what is imported on demand, and of what several files share, beside the program. */
export const PARTS_FOLDER = 'parts';

/** `debug` takes it when it happens to be installed, and here it is, for tools of development. */
export const TAKEN_IF_INSTALLED = ['supports-color'];

/**
 * Bundles `src/main.ts` with everything it imports into ES modules for Node 24. What is imported on demand is a file of its own, which is
 * not read until then, so that a server keeps the code of no other command in memory. Names and lines stay, so that a stack trace can be
 * read without a source map, which is twice the size of the files.
 * @throws Error when the source does not bundle
 */
export async function bundle(root: string): Promise<Program> {
  const client = leanKubernetesClient(root);
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/main.ts'],
    outdir: DIST_FOLDER,
    entryNames: 'pillion',
    chunkNames: `${PARTS_FOLDER}/[name]-[hash]`,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
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
  const folder = join(root, DIST_FOLDER);
  return {
    files: new Map(outputFiles.map(({ path, text }) => [relative(folder, path), inAscii(text)])),
    inputs: new Map([...bytesOf(metafile), ...client.inputs]),
  };
}

/**
 * V8 keeps a source that has a character beyond Latin-1 in two bytes for each of its characters, which is 4 MB of a server. esbuild escapes
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
