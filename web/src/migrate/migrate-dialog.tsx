import { ApiError } from '@braid/contract/client.ts'
import type { MigrationPlan } from '@braid/contract/migration.ts'
import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Skeleton from '@mui/material/Skeleton'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { describeFailure } from '../api/client.ts'
import { definitionXmlQuery } from '../api/queries.ts'
import { Refusal } from '../frame/refusal.tsx'
import { elementsOf, type ModelElement } from '../model/bpmn-file.ts'
import type { DefinitionReference } from './definition-reference.ts'
import { MappingTable } from './mapping-table.tsx'
import { TargetChooser } from './target-chooser.tsx'

type MigrateDialogProps = {
  readonly title: string
  readonly source: DefinitionReference
  /** Ids of elements with a token: each needs a place in the target. Undefined while they are looked up. */
  readonly active: readonly string[] | undefined
  readonly submit: (plan: MigrationPlan) => Promise<unknown>
  readonly onClose: () => void
}

/** What is in the way, by the id of the element. */
function problemsOf(error: unknown): ReadonlyMap<string, string> {
  const errors = error instanceof ApiError ? (error.problem.errors ?? []) : []
  return new Map(errors.map(({ path, message }) => [path, message]))
}

function useElements(definition: DefinitionReference | undefined) {
  const xml = useQuery({
    ...definitionXmlQuery(definition?.processDefinitionKey ?? ''),
    enabled: definition !== undefined,
  })
  return definition === undefined || xml.data === undefined
    ? undefined
    : elementsOf(xml.data, definition.processDefinitionId)
}

/** Lets runs go on in another definition: which one, and what becomes of the elements that are active. */
export function MigrateDialog(props: MigrateDialogProps): ReactNode {
  const { source, active, onClose } = props
  const [target, setTarget] = useState<DefinitionReference>()
  const [chosen, setChosen] = useState<ReadonlyMap<string, string>>(new Map())
  const [from, to] = [useElements(source), useElements(target)]
  const migrate = useMutation({ mutationFn: props.submit, onSuccess: onClose })
  const problems = problemsOf(migrate.error)
  const rows = sourceRows(from, active, problems)
  const targetOf = (id: string): string =>
    chosen.get(id) ?? (to?.some((element) => element.id === id) === true ? id : '')
  const mappingInstructions = rows
    .map(({ id }) => ({ sourceElementId: id, targetElementId: targetOf(id) }))
    .filter(({ targetElementId }) => targetElementId !== '')
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby="migrate-title">
      <DialogTitle id="migrate-title">{props.title}</DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          {migrate.isError && (
            <Refusal>
              {problems.size > 0
                ? 'Some elements are in the way: see below.'
                : describeFailure(migrate.error)}
            </Refusal>
          )}
          <TargetChooser source={source} target={target} onChange={setTarget} />
          {target !== undefined &&
            (to === undefined || from === undefined || active === undefined ? (
              <Skeleton variant="rounded" height={120} />
            ) : rows.length === 0 ? (
              <Typography variant="body2" sx={{ color: 'text.secondary' }}>
                No element has a token now: nothing needs a mapping.
              </Typography>
            ) : (
              <MappingTable
                rows={rows}
                targets={to}
                targetOf={targetOf}
                problems={problems}
                onChoose={(id, element) => setChosen(new Map(chosen).set(id, element))}
              />
            ))}
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Close</Button>
        <Button
          variant="contained"
          disabled={target === undefined || active === undefined || to === undefined}
          loading={migrate.isPending}
          onClick={() => {
            if (target === undefined) return
            const { processDefinitionKey: targetProcessDefinitionKey } = target
            migrate.mutate({ targetProcessDefinitionKey, mappingInstructions })
          }}
        >
          Migrate
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** The active elements, then those that turned out to be in the way, in the order of the file. */
function sourceRows(
  from: readonly ModelElement[] | undefined,
  active: readonly string[] | undefined,
  problems: ReadonlyMap<string, string>,
): readonly ModelElement[] {
  return (from ?? []).filter(({ id }) => active?.includes(id) === true || problems.has(id))
}
