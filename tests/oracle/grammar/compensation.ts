/** What can be undone, and who asks for it. */
import type { Effect, ElementId } from '@braid/core/model/program.ts'
import { loopAround } from './loops.ts'
import { openScope } from './scopes.ts'
import { endEvent, jobTask, passTask, userTask, withEvent } from './tasks.ts'
import {
  attach,
  type Block,
  constant,
  type Place,
  sequence,
  single,
  type WriteBlock,
  type Writer,
} from './writing.ts'

/** An activity with another one that undoes it. */
export const compensable: WriteBlock = (writer, place) => {
  const { builder, random } = writer
  const write = random.pick([jobTask, jobTask, userTask, passTask])
  const host = write(writer, place)
  const handler = random.pick([jobTask, passTask])(writer, place)
  const event = builder.add({
    id: builder.id('undo'),
    type: 'boundary-event',
    scope: place.scope,
    trigger: { kind: 'compensation', handler },
    attachedTo: host,
    interrupting: false,
  })
  attach(writer, host, 'boundaryEvents', event)
  if (random.chance(0.15)) loopAround(writer, host)
  return single(host)
}

function compensate(writer: Writer, { scope }: Place, activity: ElementId | undefined): ElementId {
  const { builder, random } = writer
  const effect: Effect = {
    kind: 'compensation',
    wait: random.chance(0.7),
    ...(activity === undefined ? {} : { activity }),
  }
  return builder.add({ id: builder.id('compensate'), type: 'throw-event', scope, effect })
}

/** Activities that can be undone, in a row or in a sub-process of their own, and then an event that undoes them. */
export const saga: WriteBlock = (writer, place) => {
  const { builder, random } = writer
  if (place.undoes) return single(passTask(writer, place))
  const done = sequence(writer, place, random.between(1, 3), random.chance(0.4) ? nested : compensable)
  const undo = compensate(writer, place, random.chance(0.3) ? done.first : undefined)
  builder.flow(done.last, undo)
  return { first: done.first, last: undo }
}

/** A completed sub-process undoes what is in it, or by an event sub-process of its own. */
const nested: WriteBlock = (writer, place) => {
  const { builder, random } = writer
  const { id, start } = openScope(writer, place)
  const inside: Place = { ...place, scope: id, depth: place.depth + 1 }
  const body = sequence(writer, inside, random.between(1, 2), compensable)
  builder.flow(start, body.first)
  builder.flow(body.last, endEvent(writer, inside))
  if (random.chance(0.3)) undoneByHandler(writer, inside)
  if (random.chance(0.2)) loopAround(writer, id)
  return random.chance(0.4) ? withEvent(writer, place, single(id), id, { kind: 'error' }, true) : single(id)
}

/** An event sub-process that undoes the sub-process around it: some work, and what is in there. */
function undoneByHandler(writer: Writer, place: Place): void {
  const { builder, random } = writer
  const [id, start] = [builder.id('handler'), builder.id('start')]
  builder.add({
    id,
    type: 'event-sub-process',
    scope: place.scope,
    starts: [],
    triggeredStarts: [start],
    eventSubProcesses: [],
  })
  builder.add({
    id: start,
    type: 'start-event',
    scope: id,
    trigger: { kind: 'compensation' },
    interrupting: true,
  })
  const inside: Place = { ...place, scope: id, undoes: true }
  const work = random.pick([jobTask, passTask])(writer, inside)
  builder.flow(start, work)
  const last = random.chance(0.5) ? compensate(writer, inside, undefined) : work
  if (last !== work) builder.flow(work, last)
  builder.flow(last, endEvent(writer, inside))
  attach(writer, place.scope, 'eventSubProcesses', id)
}

/** What was done is undone when something after it fails. */
export const undoneOnError: WriteBlock = (writer, place): Block => {
  const { builder, random } = writer
  if (place.undoes) return single(passTask(writer, place))
  const { id, start } = openScope(writer, place)
  const inside: Place = { ...place, scope: id, depth: place.depth + 1 }
  const body = sequence(writer, inside, random.between(1, 2), compensable)
  builder.flow(start, body.first)
  const fails: Effect = { kind: 'error', code: constant('E2') }
  const end = builder.add({ id: builder.id('end'), type: 'throw-event', scope: id, effect: fails })
  builder.flow(body.last, end)
  const [handler, caught] = [builder.id('handler'), builder.id('start')]
  builder.add({
    id: handler,
    type: 'event-sub-process',
    scope: id,
    starts: [],
    triggeredStarts: [caught],
    eventSubProcesses: [],
  })
  builder.add({
    id: caught,
    type: 'start-event',
    scope: handler,
    trigger: { kind: 'error' },
    interrupting: true,
  })
  const within: Place = { ...place, scope: handler, undoes: true }
  const undo = compensate(writer, within, undefined)
  builder.flow(caught, undo)
  builder.flow(undo, endEvent(writer, within))
  attach(writer, id, 'eventSubProcesses', handler)
  return single(id)
}
