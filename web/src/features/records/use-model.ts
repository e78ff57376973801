import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useParams } from 'react-router'
import { applicationQuery } from '../../application/application-queries.ts'
import { type Field, fieldOf } from '../../json-form/field.ts'

/** The model that the address names, with the fields of its schema by name. */
export function useModel() {
  const { application: name = '', model: modelName = '' } = useParams()
  const application = useQuery(applicationQuery(name))
  const model = application.data?.models.find((one) => one.name === modelName)
  const fields = useMemo<ReadonlyMap<string, Field>>(() => {
    const field = model === undefined ? undefined : fieldOf(model.schema)
    return new Map(field?.kind === 'object' ? field.properties.map((one) => [one.name, one.field]) : [])
  }, [model])
  return { ref: { application: name, model: modelName }, application, model, fields }
}
