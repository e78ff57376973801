/** Medians over rounds, and how they are written. */
import type { RoundOf } from './systems.ts'
import type { Measurement } from './workload.ts'

export type Figure = {
  readonly median: number
  readonly least: number
  readonly most: number
  readonly unit: Measurement['unit']
}

export function figureOf<System extends string>(
  rounds: readonly RoundOf<System>[],
  system: System,
  workload: string,
): Figure | undefined {
  const found = rounds.flatMap(
    (round) => round[system]?.filter((result) => result.workload === workload) ?? [],
  )
  const values = found.map((result) => result.value).sort((a, b) => a - b)
  const [unit] = found.map((result) => result.unit)
  const median = values[values.length >> 1]
  if (unit === undefined || median === undefined) return undefined
  return { median, least: values[0] ?? median, most: values.at(-1) ?? median, unit }
}

const digits = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(2)

export const show = (figure: Figure | undefined): string =>
  figure === undefined
    ? ''
    : `${digits(figure.median)} ${figure.unit} (${digits(figure.least)}–${digits(figure.most)})`

/** How many times better Braid is: more per second, or less time. */
export function ratio(braid: Figure | undefined, peer: Figure | undefined): string {
  if (braid === undefined || peer === undefined) return ''
  const times = braid.unit === 'ms' ? peer.median / braid.median : braid.median / peer.median
  return `${times.toFixed(1)} ×`
}
