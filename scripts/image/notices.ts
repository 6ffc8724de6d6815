import type { BundledPackage } from './packages.ts';

const RULE = '-'.repeat(80);

/** The licences that have to go along with a bundle, as text. Packages with the same words share them. */
export function noticesText(program: string, packages: readonly BundledPackage[]): string {
  const head = `${program} contains these packages. Pillion’s own licence is in LICENSE.`;
  const list = packages.map(({ name, version, license }) => `- ${name} ${version}: ${license}`).join('\n');
  const sharers = new Map<string, string[]>();
  for (const { name, version, license, notices } of packages) {
    const texts =
      notices.size === 0 ? [`The package brings no licence text; its package.json says ${license}.`] : notices.values();
    for (const text of texts) sharers.set(text, [...(sharers.get(text) ?? []), `${name} ${version}`]);
  }
  const texts = [...sharers].map(([text, names]) => `${RULE}\n${names.join(', ')}\n${RULE}\n\n${text}`);
  return `${[head, list, ...texts].join('\n\n')}\n`;
}
