import { useCallback, useEffect, useRef, useState } from 'react'
import { openInstanceStream } from './instance-stream.ts'
import { applyFrames, emptyView, type Frame, type InstanceView } from './instance-view.ts'

export type LiveInstance = {
  readonly view: InstanceView
  /** The newest frames, oldest first; at most `keptFrames`. */
  readonly frames: readonly Frame[]
  /** Everything was delivered: the instance has ended. */
  readonly ended: boolean
  /** Tells which flows tokens take from now on, not those of the past. */
  readonly subscribeMoves: (listener: (flows: readonly string[]) => void) => () => void
}

/** Bounds the memory of a page that stays open beside a busy run. */
export const keptFrames = 2_000
/** Commits older than this when they arrive are history: shown at once, not as motion. */
const motionMs = 2_500

type State = { readonly view: InstanceView; readonly frames: readonly Frame[]; readonly ended: boolean }

const nothing: State = { view: emptyView, frames: [], ended: false }

function movesOf(frames: readonly Frame[]): readonly string[] {
  return frames.flatMap((frame) =>
    frame.events.flatMap((event) => (event.type === 'flow-taken' ? [event.flow] : [])),
  )
}

/** Follows one process instance as long as the component lives. */
export function useInstance(instanceKey: string): LiveInstance {
  const [state, setState] = useState<State>(nothing)
  const listeners = useRef(new Set<(flows: readonly string[]) => void>())

  useEffect(() => {
    setState(nothing)
    const opened = Date.now()
    let seen = 0
    return openInstanceStream(instanceKey, {
      onFrames(frames) {
        const fresh = frames.filter((frame) => frame.version > seen)
        seen = fresh.at(-1)?.version ?? seen
        const caughtUp = Date.now() - opened > motionMs
        const moving = fresh.filter((frame) => caughtUp || Date.now() - frame.at < motionMs)
        const moves = movesOf(moving)
        if (moves.length > 0) for (const listener of listeners.current) listener(moves)
        setState((before) => ({
          view: applyFrames(before.view, fresh),
          frames: [...before.frames, ...fresh].slice(-keptFrames),
          ended: before.ended,
        }))
      },
      onEnd: () => setState((before) => ({ ...before, ended: true })),
    })
  }, [instanceKey])

  const subscribeMoves = useCallback((listener: (flows: readonly string[]) => void) => {
    listeners.current.add(listener)
    return () => {
      listeners.current.delete(listener)
    }
  }, [])

  return { ...state, subscribeMoves }
}
