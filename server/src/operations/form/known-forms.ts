/** Forms as the checks need them, remembered: a stored form never changes. */
import type { Form as StoredForm } from '@braid/contract/process-definition.ts'
import type { Form } from '@braid/core/form/form.ts'
import { readForm } from '@braid/core/form/read-form.ts'

export type KnownForms = {
  /** Undefined for a form that can't be read: it was deployed before forms were checked. */
  read(form: StoredForm): Form | undefined
}

const capacity = 200

export function createKnownForms(): KnownForms {
  const known = new Map<string, Form | undefined>()
  return {
    read(form) {
      if (known.has(form.formKey)) return known.get(form.formKey)
      const read = readForm(form.schema)
      const made = read.ok ? read.value.form : undefined
      if (known.size >= capacity) for (const oldest of known.keys()) if (known.delete(oldest)) break
      known.set(form.formKey, made)
      return made
    },
  }
}
