import { hash } from 'node:crypto';

/** Files by their path below the folder, with / on every system. */
export type FileTree = ReadonlyMap<string, Buffer>;

/**
 * The digest of a tree of files, whatever order they are found in and whoever owns them: SHA-256 over a line for each, in the order of
 * their paths, with the SHA-256 of its content.
 * @returns as sha256:HEX
 */
export function treeDigest(tree: FileTree): string {
  const lines = [...tree]
    .map(([path, content]) => `${hash('sha256', content, 'hex')}  ${JSON.stringify(path)}\n`)
    .sort();
  return `sha256:${hash('sha256', lines.join(''), 'hex')}`;
}

/** One difference between two trees. */
export interface TreeDifference {
  readonly path: string;
  readonly what: 'differs' | 'is missing' | 'is not generated';
}

/** Where a tree is not as it would be generated, in the order of paths. */
export function treeDifferences(found: FileTree, wanted: FileTree): readonly TreeDifference[] {
  const paths = [...new Set([...found.keys(), ...wanted.keys()])].sort();
  return paths.flatMap((path): readonly TreeDifference[] => {
    const [there, right] = [found.get(path), wanted.get(path)];
    if (there === undefined) return [{ path, what: 'is missing' }];
    if (right === undefined) return [{ path, what: 'is not generated' }];
    return there.equals(right) ? [] : [{ path, what: 'differs' }];
  });
}
