/**
 * Seeds that found a defect, and which: each was checked to fail on the code before its repair. A change of the grammar
 * or of the paths gives them another meaning; then look for others with the repair taken out.
 */
export const regressions: readonly { readonly seed: number; readonly found: string }[] = [
  { seed: 7, found: 'the results of runs that never began were left out' },
  { seed: 79, found: 'a completed sub-process caught an error out of what undoes it' },
  { seed: 13590, found: 'a parallel multiple event kept what came before its triggers were awaited anew' },
]
