import { memoryKey } from './memory-content.ts';

/** Knows which objects were registered: one that is remembered and absent was deleted by hand. */
export interface ObjectMemory {
  /** What registers a deleted object again, as a sentence. */
  readonly wayBack: string;
  /** The uid under which the object last stood; undefined when it may be made anew. */
  recall(kind: string, name: string): Promise<string | undefined>;
  /** The object stands. */
  remember(kind: string, name: string, uid: string): void;
  /** Forgets every object of the kind but these: what the policy no longer renders. */
  forgetAllBut(kind: string, names: ReadonlySet<string>): Promise<void>;
}

/** A memory that ends with the process, for one that is not installed. */
export function processMemory(): ObjectMemory {
  const uids = new Map<string, string>();
  return {
    wayBack: 'restart Pillion to register it again',
    recall: async (kind, name) => uids.get(memoryKey(kind, name)),
    remember: (kind, name, uid) => void uids.set(memoryKey(kind, name), uid),
    async forgetAllBut(kind, names) {
      const kept = new Set([...names].map((name) => memoryKey(kind, name)));
      for (const key of uids.keys()) if (key.startsWith(memoryKey(kind, '')) && !kept.has(key)) uids.delete(key);
    },
  };
}
