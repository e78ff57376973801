import Button from '@mui/material/Button'
import Tooltip from '@mui/material/Tooltip'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../../api/client.ts'
import type { DefinitionReference } from '../../migrate/definition-reference.ts'
import { MigrateDialog } from '../../migrate/migrate-dialog.tsx'
import { type BatchTarget, useBeginBatch } from './batch-bar.tsx'

/** Migration of runs that are all of one definition: otherwise no mapping would fit. */
export function MigrateMany(props: {
  readonly target: BatchTarget
  readonly source: DefinitionReference | undefined
}): ReactNode {
  const { target, source } = props
  const [open, setOpen] = useState(false)
  const why = source === undefined ? 'Choose runs of one version of one process first' : ''
  return (
    <>
      <Tooltip title={why}>
        <span>
          <Button
            size="small"
            variant="outlined"
            disabled={source === undefined}
            onClick={() => setOpen(true)}
          >
            Migrate…
          </Button>
        </span>
      </Tooltip>
      {open && source !== undefined && (
        <Migration target={target} source={source} onClose={() => setOpen(false)} />
      )}
    </>
  )
}

function Migration(props: {
  readonly target: BatchTarget
  readonly source: DefinitionReference
  readonly onClose: () => void
}): ReactNode {
  const { target, source, onClose } = props
  const { processDefinitionKey } = source
  const { processDefinitionKey: _, ...filter } = target.filter
  const statistics = useQuery({
    queryKey: ['process-definition', processDefinitionKey, 'active-elements', filter],
    queryFn: ({ signal }) =>
      api.getDefinitionStatistics({ params: { processDefinitionKey }, body: { filter }, signal }),
    gcTime: 0,
  })
  const begin = useBeginBatch()
  return (
    <MigrateDialog
      title={`Let ${target.words} go on in another definition`}
      source={source}
      active={statistics.data?.items.filter(({ active }) => active > 0).map(({ elementId }) => elementId)}
      submit={(migrationPlan) =>
        begin.mutateAsync(() =>
          api.migrateProcessInstances({ body: { filter: target.filter, migrationPlan } }),
        )
      }
      onClose={onClose}
    />
  )
}
