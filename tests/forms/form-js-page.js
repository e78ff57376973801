// Runs in the browser: the form as form-js shows and submits it.
import { Form } from '@bpmn-io/form-js-viewer'

const settled = () => new Promise((resolve) => setTimeout(resolve, 30))

globalThis.fillAndSubmit = async (given) => {
  const [schema, data] = JSON.parse(given)
  const container = document.createElement('div')
  document.body.append(container)
  const form = new Form({ container, debounce: false })
  await form.importSchema(schema, data)
  // Components clean their values and compute others after they were drawn.
  await settled()
  const { data: sent, errors } = form.submit()
  const found = form
    .get('formFieldInstanceRegistry')
    .getAllKeyed()
    .flatMap(({ id, indexes, valuePath }) => {
      const messages = [id, ...Object.values(indexes ?? {})].reduce((at, step) => at?.[step], errors)
      return messages === undefined ? [] : [{ path: valuePath, messages }]
    })
  form.destroy()
  container.remove()
  return JSON.stringify({ data: sent, errors: found })
}
