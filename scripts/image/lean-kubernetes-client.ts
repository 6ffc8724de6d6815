import { join } from 'node:path';
import { build, type Plugin } from 'esbuild';
import { bytesOf, TAKEN_IF_INSTALLED } from './bundle.ts';

const CLIENT = '@kubernetes/client-node';
const IMPORTED_ON_DEMAND = /src\/cluster\/kube-config\.ts$/;
const UNDICI = /node_modules\/undici\/index\.js$/;

// requests are Node's own (src/cluster/transport.ts); client-node makes an undici agent only for the API classes, which are not here
const WITHOUT_UNDICI = `
const leftOut = (name) => class { constructor() { throw new Error('undici ' + name + ' is not in the bundle: use KubeTransport'); } };
export const Agent = leftOut('Agent');
export const ProxyAgent = leftOut('ProxyAgent');
export const fetch = leftOut('fetch');
`;

/**
 * Bundles what `src/cluster/kube-config.ts` takes from client-node by itself first, so that the rest of that package is
 * dropped. esbuild keeps the whole of a package that is reached by an import on demand: 5.2 MB of generated types, and another
 * 1 MB of undici, of which nothing runs. `inputs` is filled when the build is over.
 */
export function leanKubernetesClient(root: string): { readonly plugin: Plugin; readonly inputs: Map<string, number> } {
  const inputs = new Map<string, number>();
  const plugin: Plugin = {
    name: 'lean-kubernetes-client',
    setup(outer) {
      outer.onLoad({ filter: IMPORTED_ON_DEMAND }, async ({ path }) => {
        const { outputFiles, metafile } = await build({
          absWorkingDir: root,
          entryPoints: [path],
          outfile: 'dist/kube-config.mjs',
          bundle: true,
          platform: 'node',
          format: 'esm',
          target: 'node24',
          external: TAKEN_IF_INSTALLED,
          legalComments: 'inline',
          plugins: [onlyWhatIsUsed],
          metafile: true,
          write: false,
          logLevel: 'silent',
        });
        for (const [input, bytes] of bytesOf(metafile)) if (!UNDICI.test(input)) inputs.set(input, bytes);
        return { contents: outputFiles[0]?.text ?? '', loader: 'js', resolveDir: join(root, 'src/cluster') };
      });
    },
  };
  return { plugin, inputs };
}

/** Says of client-node what its package.json leaves out: its modules do nothing when they are merely imported. */
const onlyWhatIsUsed: Plugin = {
  name: 'only-what-is-used',
  setup(inner) {
    const asked = Symbol('already resolved');
    inner.onResolve({ filter: /./ }, async ({ path, importer, pluginData, resolveDir, kind, with: attributes }) => {
      if (pluginData === asked || (path !== CLIENT && !importer.includes(CLIENT))) return undefined;
      const found = await inner.resolve(path, { importer, resolveDir, kind, with: attributes, pluginData: asked });
      return found.path.includes(`${CLIENT}/`) ? { ...found, sideEffects: false } : found;
    });
    inner.onLoad({ filter: UNDICI }, () => ({ contents: WITHOUT_UNDICI, loader: 'js' }));
  },
};
