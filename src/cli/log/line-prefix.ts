const OPEN = 0x7b;

// `[pod/NAME/CONTAINER] ` of kubectl logs --prefix; the time of --timestamps; the stream and the mark of a container runtime’s own file
const PREFIX = /^(?:\[pod\/[^\]\s]+\] )?(?:\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d) (?:std(?:out|err) [FP] )?)?$/;

// the name of a pod has at most 253 characters, that of a container 63
const LONGEST = 400;

/** Where the JSON of a line begins: behind what `kubectl logs` writes before it; at its start where nothing of that is found. */
export function startOfJson(bytes: Buffer, start: number, end: number): number {
  if (bytes[start] === OPEN) return start;
  const open = bytes.subarray(start, Math.min(end, start + LONGEST)).indexOf(OPEN);
  return open !== -1 && PREFIX.test(bytes.toString('latin1', start, start + open)) ? start + open : start;
}
