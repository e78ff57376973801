import type { Variable } from '@braid/contract/variable.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import Tooltip from '@mui/material/Tooltip'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { AddIcon, EditIcon, VariablesIcon } from '../../frame/icons.tsx'
import { Empty, Failure, LoadingRows } from '../../frame/list-states.tsx'
import { countText } from '../../frame/time-text.ts'
import { runName } from '../../history/element-names.ts'
import { monospace } from '../../theme/theme.ts'
import type { PanelProps } from './panel.ts'
import { variablesQuery } from './run-queries.ts'
import { type VariableScope, variableScopes } from './scopes.ts'
import { VariableDialog } from './variable-dialog.tsx'

type Editing = { readonly scope: VariableScope; readonly variable?: Variable }

/** What the run knows, per scope; values of living scopes can be changed. */
export function VariablesTab({ instance, live, names, selected }: PanelProps): ReactNode {
  const variables = useQuery(variablesQuery(instance.processInstanceKey))
  const [editing, setEditing] = useState<Editing>()
  if (variables.isPending) return <LoadingRows rows={4} />
  if (variables.isError) return <Failure error={variables.error} onRetry={variables.refetch} />
  const all = variableScopes(variables.data.items, live.view, instance.processInstanceKey)
  const scopes = all.filter((scope) => selected === undefined || scope.element === selected)
  const titleOf = (scope: VariableScope): string =>
    scope.element === undefined
      ? (instance.processDefinitionName ?? instance.processDefinitionId)
      : (runName(scope.key, live.view, names) ?? scope.element)
  return (
    <Box sx={{ px: { xs: 2, md: 3 }, py: 1.5 }}>
      {scopes.length === 0 && (
        <Empty icon={VariablesIcon} title="No variables of its own">
          What this element uses belongs to the process: clear the selection to see it.
        </Empty>
      )}
      {scopes.map((scope) => (
        <Scope
          key={scope.key}
          scope={scope}
          title={titleOf(scope)}
          onEdit={(variable) => setEditing(variable === undefined ? { scope } : { scope, variable })}
        />
      ))}
      {variables.data.left > 0 && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          … and {countText(variables.data.left, variables.data.countsMore)} more variables of elements; the
          API has them all.
        </Typography>
      )}
      {editing !== undefined && (
        <VariableDialog
          instanceKey={instance.processInstanceKey}
          scopeKey={editing.scope.key}
          scopeTitle={titleOf(editing.scope)}
          variable={editing.variable}
          onClose={() => setEditing(undefined)}
        />
      )}
    </Box>
  )
}

function Scope(props: {
  readonly scope: VariableScope
  readonly title: string
  readonly onEdit: (variable: Variable | undefined) => void
}): ReactNode {
  const { scope, title, onEdit } = props
  return (
    <Box component="section" aria-label={`Variables of ${title}`} sx={{ pl: scope.depth * 2, mb: 2 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', minHeight: 32, gap: 1 }}>
        <Typography variant="overline" sx={{ color: 'text.secondary' }}>
          {scope.element === undefined ? 'Process' : 'Element'}
        </Typography>
        <Typography variant="body2" sx={{ fontWeight: 650, flex: 1 }}>
          {title}
        </Typography>
        {scope.active && (
          <Button size="small" startIcon={<AddIcon />} onClick={() => onEdit(undefined)}>
            Add
          </Button>
        )}
      </Box>
      {scope.variables.length === 0 && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          No variables
        </Typography>
      )}
      {scope.variables.map((variable) => (
        <Row
          key={variable.variableKey}
          variable={variable}
          onEdit={scope.active ? () => onEdit(variable) : undefined}
        />
      ))}
    </Box>
  )
}

function Row(props: { readonly variable: Variable; readonly onEdit: (() => void) | undefined }): ReactNode {
  const { variable, onEdit } = props
  return (
    <Box
      sx={{
        display: 'grid',
        gridTemplateColumns: 'minmax(90px, 220px) minmax(0, 1fr) 32px',
        gap: 1.5,
        alignItems: 'start',
        py: 0.5,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <Typography variant="body2" sx={{ fontWeight: 550, overflowWrap: 'anywhere', lineHeight: '28px' }}>
        {variable.name}
      </Typography>
      <Box
        component="code"
        sx={{
          fontFamily: monospace,
          fontSize: '0.8125rem',
          lineHeight: '22px',
          py: '3px',
          maxHeight: 140,
          overflow: 'auto',
          overflowWrap: 'anywhere',
          whiteSpace: 'pre-wrap',
        }}
      >
        {variable.value}
        {variable.isTruncated && ' …'}
      </Box>
      {onEdit === undefined ? (
        <span />
      ) : (
        <Tooltip title="Change the value">
          <IconButton size="small" aria-label={`Change ${variable.name}`} onClick={onEdit}>
            <EditIcon sx={{ fontSize: 16 }} />
          </IconButton>
        </Tooltip>
      )}
    </Box>
  )
}
