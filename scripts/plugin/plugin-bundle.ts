import { build } from 'esbuild';
import { type Bundle, bytesOf } from '../image/bundle.ts';

const OLDEST_NODE = 24;

// in front of everything, and in words that any Node understands: an old one would fail at the first import otherwise
const NODE_FIRST = `if (!(parseInt(process.versions.node, 10) >= ${OLDEST_NODE})) {
  process.stderr.write('helm pillion needs Node ${OLDEST_NODE} or later; ' + process.execPath + ' is Node ' + process.versions.node + '. Put a later one first on PATH.\\n');
  process.exit(1);
}`;

/**
 * Bundles `src/helm/main.ts` with everything it imports into one file, as CommonJS: of a module an older Node would refuse the syntax
 * before it could say what it lacks.
 * @throws Error when the source does not bundle
 */
export async function pluginBundle(root: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: ['src/helm/main.ts'],
    outfile: 'pillion-helm.cjs',
    bundle: true,
    platform: 'node',
    format: 'cjs',
    // the syntax of a Node of 2019, so that the first line gets to run
    target: 'node12',
    tsconfigRaw: {},
    minifySyntax: true,
    legalComments: 'eof',
    banner: { js: NODE_FIRST },
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const [output] = outputFiles;
  if (output === undefined)
    throw new Error('esbuild made no file: read what it said above, then run npm run build:plugin again');
  return { text: output.text, inputs: new Map(bytesOf(metafile)) };
}
