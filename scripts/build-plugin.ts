// `npm run build:plugin`: what deploy/helm-plugin consists of beside its manifest. See scripts/plugin.
import { fileURLToPath } from 'node:url';
import { writePlugin } from './plugin/write-plugin.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
await writePlugin(root, `${root}deploy/helm-plugin`);
process.stdout.write('deploy/helm-plugin is complete: helm plugin install deploy/helm-plugin\n');
