import { hash } from 'node:crypto';
import { build } from 'esbuild';
import { bytesOf } from '../image/bundle.ts';
import { pageDocument } from './page-document.ts';

/** A file of the page, as it is served. */
export interface PageFile {
  readonly type: string;
  readonly text: string;
}

/** The page of the dashboard, and which file of which package went into it. */
export interface PageBuild {
  /** By name: index.html, which names the others, and these under a name that changes with what is in them. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** Paths below the root of the checkout, with the bytes each has in the files. */
  readonly inputs: ReadonlyMap<string, number>;
}

// what light-dark() needs
const BROWSERS = ['chrome123', 'firefox120', 'safari17.5'];

/**
 * Builds `src/dashboard` in memory: one script, one style sheet, and the document that names both. The same source gives the same bytes.
 * @throws Error when the source does not bundle
 */
export async function pageFiles(root: string): Promise<PageBuild> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { app: 'src/dashboard/main.tsx', style: 'src/dashboard/styles/page.css' },
    outdir: 'dist/dashboard',
    bundle: true,
    platform: 'browser',
    format: 'esm',
    target: BROWSERS,
    // the files are the same where the checkout has its tsconfig.json and where it has not, as in the image's build
    tsconfigRaw: { compilerOptions: { jsx: 'react-jsx', jsxImportSource: 'preact' } },
    minify: true,
    // whole licences are in the notices of the build
    legalComments: 'none',
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const textOf = (suffix: string): string => {
    const file = outputFiles.find(({ path }) => path.endsWith(suffix));
    if (file === undefined)
      throw new Error(`esbuild made no ${suffix} file: run npm run build again, and read what it says`);
    return file.text;
  };
  const script = textOf('.js');
  const style = textOf('.css');
  const names = { script: `app-${digest(script)}.js`, style: `style-${digest(style)}.css` };
  const files = new Map<string, PageFile>([
    ['index.html', { type: 'text/html; charset=utf-8', text: pageDocument(names) }],
    [names.script, { type: 'text/javascript; charset=utf-8', text: script }],
    [names.style, { type: 'text/css; charset=utf-8', text: style }],
  ]);
  return { files, inputs: new Map(bytesOf(metafile)) };
}

const digest = (text: string): string => hash('sha256', text, 'hex').slice(0, 12);
