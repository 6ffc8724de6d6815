/** Who owns a workload, in a few words. */
export function ownerText(squad: string | undefined, tribe: string | undefined): string {
  if (squad === undefined) return tribe === undefined ? 'unowned' : `no squad of ${tribe}`;
  return tribe === undefined ? squad : `${squad} of ${tribe}`;
}
