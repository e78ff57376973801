import { ApiError } from '@braid/contract/client.ts'
import type { Deployment } from '@braid/contract/deployment.ts'
import type { Finding } from '@braid/contract/problem.ts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { api, describeFailure } from '../api/client.ts'

export type DeployOutcome =
  | { readonly kind: 'deployed'; readonly deployment: Deployment }
  /** Nothing was stored. */
  | { readonly kind: 'refused'; readonly findings: readonly Finding[]; readonly message: string }

export type Deploy = {
  readonly outcome: DeployOutcome | undefined
  readonly pending: boolean
  readonly deploy: (files: readonly File[]) => void
  readonly dismiss: () => void
}

const accepted = /\.(bpmn|xml|dmn|form|dag\.ya?ml|dag\.json)$/i
export const acceptedFiles = '.bpmn,.xml,.dmn,.form,.yaml,.yml,.json'

async function send(files: readonly File[]): Promise<DeployOutcome> {
  const foreign = files.find((file) => !accepted.test(file.name))
  if (foreign !== undefined)
    return {
      kind: 'refused',
      findings: [],
      message: `${foreign.name} is not a BPMN file (.bpmn, .xml), DMN file (.dmn), form (.form) or DAG (.dag.yaml, .dag.json).`,
    }
  const resources = await Promise.all(
    files.map(async (file) => ({ name: file.name, content: await file.text() })),
  )
  try {
    return { kind: 'deployed', deployment: await api.createDeployment({ body: { resources } }) }
  } catch (error) {
    const findings = error instanceof ApiError ? (error.problem.findings ?? []) : []
    return { kind: 'refused', findings, message: describeFailure(error) }
  }
}

/** A DAG brings its schedules along. */
const changedLists = ['process-definitions', 'decision-definitions', 'dags', 'schedules']

/** Deploys files, all of them or none, and keeps what came of it until it is dismissed. */
export function useDeploy(): Deploy {
  const queryClient = useQueryClient()
  const [outcome, setOutcome] = useState<DeployOutcome>()
  const { mutate, isPending } = useMutation({
    mutationFn: send,
    onSuccess: (result) => {
      setOutcome(result)
      if (result.kind !== 'deployed') return
      for (const list of changedLists) void queryClient.invalidateQueries({ queryKey: [list] })
    },
    onError: (error) => setOutcome({ kind: 'refused', findings: [], message: describeFailure(error) }),
  })
  const deploy = useCallback(
    (files: readonly File[]) => {
      if (files.length > 0) mutate(files)
    },
    [mutate],
  )
  return { outcome, pending: isPending, deploy, dismiss: () => setOutcome(undefined) }
}
