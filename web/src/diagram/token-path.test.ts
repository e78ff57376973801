import { expect, test } from 'vitest'
import { type DrawnFlow, longestPlanMs, mostMoves, planMoves, pointAt } from './token-path.ts'

const corner = [
  { x: 0, y: 0 },
  { x: 10, y: 0 },
  { x: 10, y: 10 },
]

test('a token follows the bends of its flow', () => {
  expect(pointAt(corner, 0)).toEqual({ x: 0, y: 0 })
  expect(pointAt(corner, 0.5)).toEqual({ x: 10, y: 0 })
  expect(pointAt(corner, 0.75)).toEqual({ x: 10, y: 5 })
  expect(pointAt(corner, 1)).toEqual({ x: 10, y: 10 })
  expect(pointAt(corner, 7)).toEqual({ x: 10, y: 10 })
})

test('a flow without waypoints has no point', () => {
  expect(pointAt([], 0.5)).toBeUndefined()
})

const flow = (id: string, source: string, target: string): DrawnFlow => ({
  id,
  source,
  target,
  waypoints: [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
  ],
})
const flows = new Map(
  [flow('a', 's', 't'), flow('b', 't', 'u'), flow('c', 't', 'v')].map((one) => [one.id, one]),
)

test('a token leaves an element after it arrived there, siblings together', () => {
  const [first, second, third] = planMoves(['a', 'b', 'c'], flows, 1000)
  expect(first?.startMs).toBe(1000)
  expect(second?.startMs).toBe(1000 + (first?.durationMs ?? 0))
  expect(third?.startMs).toBe(second?.startMs)
})

test('flows that are not drawn are left out', () => {
  expect(planMoves(['x', 'a'], flows, 0).map((move) => move.flow.id)).toEqual(['a'])
})

test('a long journey is squeezed and a flood is not animated', () => {
  const loop = new Map([flow('l', 's', 's')].map((one) => [one.id, one]))
  const plan = planMoves(Array<string>(40).fill('l'), loop, 0)
  const last = plan.at(-1)
  expect((last?.startMs ?? 0) + (last?.durationMs ?? 0)).toBeCloseTo(longestPlanMs)
  expect(planMoves(Array<string>(mostMoves + 1).fill('l'), loop, 0)).toEqual([])
})
