import type { ProcessInstance } from '@braid/contract/process-instance.ts'
import Button from '@mui/material/Button'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { api } from '../../api/client.ts'
import { EditIcon } from '../../frame/icons.tsx'
import type { ElementNames } from '../../history/element-names.ts'
import type { InstanceView } from '../../live/instance-view.ts'
import { MigrateDialog } from '../../migrate/migrate-dialog.tsx'
import { livingRuns } from './modification.ts'
import { MoveDialog } from './move-dialog.tsx'

type ChangeProps = {
  readonly instance: ProcessInstance
  readonly view: InstanceView
  readonly names: ElementNames
}

/** Interventions that change where a run is, or what it runs. */
export function ChangeMenu(props: ChangeProps): ReactNode {
  const [anchor, setAnchor] = useState<HTMLElement>()
  const [open, setOpen] = useState<'move' | 'migrate'>()
  const choose = (dialog: 'move' | 'migrate'): void => {
    setAnchor(undefined)
    setOpen(dialog)
  }
  const close = (): void => setOpen(undefined)
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<EditIcon />}
        aria-haspopup="menu"
        aria-expanded={anchor !== undefined}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        Change run
      </Button>
      <Menu anchorEl={anchor ?? null} open={anchor !== undefined} onClose={() => setAnchor(undefined)}>
        <MenuItem onClick={() => choose('move')}>Move tokens…</MenuItem>
        <MenuItem onClick={() => choose('migrate')}>Migrate…</MenuItem>
      </Menu>
      {open === 'move' && <MoveDialog {...props} onClose={close} />}
      {open === 'migrate' && <MigrateRun {...props} onClose={close} />}
    </>
  )
}

function MigrateRun({ instance, view, onClose }: ChangeProps & { readonly onClose: () => void }): ReactNode {
  const queryClient = useQueryClient()
  const { processInstanceKey, processDefinitionKey, processDefinitionId } = instance
  return (
    <MigrateDialog
      title="Let this run go on in another definition"
      source={{ processDefinitionKey, processDefinitionId }}
      active={[...new Set(livingRuns(view).map(({ element }) => element))]}
      submit={async (body) => {
        await api.migrateProcessInstance({ params: { processInstanceKey }, body })
        await queryClient.invalidateQueries({ queryKey: ['process-instance', processInstanceKey] })
      }}
      onClose={onClose}
    />
  )
}
