export function withLock<T>(
  path: string,
  options: { onWait?: (holder: string) => void },
  work: () => Promise<T>,
): Promise<T>;
