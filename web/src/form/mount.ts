/** The only place that knows form-js. */
import '@bpmn-io/form-js-viewer/dist/assets/form-js.css'
import './form.css'
import { Form } from '@bpmn-io/form-js-viewer'
import type { JsonObject } from '@braid/core/base/json.ts'

export type MountedForm = {
  submit(): JsonObject | undefined
  /** What is entered stays. */
  setReadOnly(readOnly: boolean): void
  destroy(): void
}

type MountRequest = {
  readonly container: HTMLElement
  readonly schema: JsonObject
  readonly data: JsonObject
  readonly readOnly: boolean
  /** Called by the form's own submit button, with valid values only. */
  readonly onSubmit: (values: JsonObject) => void
}

type Submission = { readonly data: JsonObject; readonly errors: object }

export async function mountForm(request: MountRequest): Promise<MountedForm> {
  // By default it takes over what is typed 300 ms later; drawing itself in between, it would undo the typing.
  const options = { container: request.container, debounce: false }
  const form = new Form(options)
  // form-js keeps and changes what it gets.
  await form.importSchema(structuredClone(request.schema) as never, structuredClone(request.data))
  const setReadOnly = (readOnly: boolean): void => form.setProperty('readOnly', readOnly)
  setReadOnly(request.readOnly)
  let asked = false
  form.on('submit', (event: Submission) => {
    if (!asked && Object.keys(event.errors).length === 0) request.onSubmit(event.data)
  })
  return {
    submit() {
      asked = true
      const { data, errors } = form.submit() as unknown as Submission
      asked = false
      return Object.keys(errors).length === 0 ? data : undefined
    },
    setReadOnly,
    destroy() {
      form.destroy()
    },
  }
}
