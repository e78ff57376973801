import { expect, test } from 'vitest'
import { flattenOutline, type Moddle, outlineOf } from './outline-model.ts'

const end: Moddle = { $type: 'bpmn:EndEvent', id: 'end', name: 'Shipped' }
const approve: Moddle = {
  $type: 'bpmn:SubProcess',
  id: 'approve',
  name: ' Approve order ',
  outgoing: [{ $type: 'bpmn:SequenceFlow', id: 'f2', targetRef: end }],
  flowElements: [{ $type: 'bpmn:UserTask', id: 'inner', name: 'Look at it' }],
}
const late: Moddle = { $type: 'bpmn:BoundaryEvent', id: 'late', attachedToRef: approve }
const start: Moddle = {
  $type: 'bpmn:StartEvent',
  id: 'start',
  outgoing: [{ $type: 'bpmn:SequenceFlow', id: 'f1', targetRef: approve }],
}
const lonely: Moddle = { $type: 'bpmn:Task', id: 'lonely' }
const flow: Moddle = { $type: 'bpmn:SequenceFlow', id: 'f1' }
const definitions: Moddle = {
  $type: 'bpmn:Definitions',
  rootElements: [
    { $type: 'bpmn:Process', id: 'p', flowElements: [lonely, end, late, approve, flow, start] },
    { $type: 'bpmn:Process', id: 'other', flowElements: [{ $type: 'bpmn:Task', id: 'elsewhere' }] },
  ],
}

test('the outline lists elements of one process in flow order, boundary events after their activity, children inside', () => {
  const outline = outlineOf(definitions, 'p')
  expect(outline.map((entry) => entry.id)).toEqual(['start', 'approve', 'late', 'end', 'lonely'])
  expect(outline[1]).toMatchObject({
    name: 'Approve order',
    kind: 'sub process',
    children: [{ id: 'inner' }],
  })
  expect(outline[0]).toMatchObject({ name: 'start', kind: 'start event' })
  expect(flattenOutline(outline)).toHaveLength(6)
})
