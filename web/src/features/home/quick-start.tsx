import type { ProcessDefinition } from '@braid/contract/process-definition.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Typography from '@mui/material/Typography'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { Link } from 'react-router'
import { api } from '../../api/client.ts'
import { may, sessionQuery } from '../../api/session.ts'
import { DeployButton } from '../../deploy/drop-zone.tsx'
import type { Deploy } from '../../deploy/use-deploy.ts'
import { type Icon, PlayIcon, ScriptIcon, TaskIcon, UploadIcon } from '../../frame/icons.tsx'
import { StartDialog } from '../../start/start-dialog.tsx'

/** Deployed at the first start unless samples are switched off. */
const sampleProcessId = 'order-desk'

const sampleQuery = queryOptions({
  queryKey: ['process-definitions', 'sample'],
  queryFn: async ({ signal }) => {
    const filter = { processDefinitionId: sampleProcessId, isLatestVersion: true }
    const { items } = await api.searchProcessDefinitions({ body: { filter, page: { limit: 1 } }, signal })
    return items[0] ?? null
  },
})

/** Large enough to need somebody's approval. */
const exampleOrder = { customer: 'Ada Lovelace', item: 'Tea pot', amount: 250 }

export function QuickStart({ deploy }: { readonly deploy: Deploy }): ReactNode {
  const sample = useQuery(sampleQuery)
  const session = useQuery(sessionQuery).data
  const mayRun = session != null && may(session, 'execution:create')
  const [starting, setStarting] = useState<ProcessDefinition>()
  return (
    <Box component="section" aria-labelledby="quick-title">
      <Typography variant="h2" id="quick-title" sx={{ mb: 1.5, lineHeight: '30px' }}>
        Quick start
      </Typography>
      <Box sx={{ display: 'grid', gap: 1.5 }}>
        {sample.data && (
          <Card
            icon={PlayIcon}
            title="Run the sample"
            text="An order: stock, approval by a person, payment, shipping. Watch it move."
          >
            <Button variant="contained" onClick={() => setStarting(sample.data ?? undefined)}>
              Start an order
            </Button>
          </Card>
        )}
        <Card
          icon={UploadIcon}
          title="Deploy a process"
          text="Drop a BPMN file anywhere on this page. Files of other modelers are welcome."
        >
          <DeployButton
            onFiles={deploy.deploy}
            pending={deploy.pending}
            variant="outlined"
            label="Choose files"
          />
        </Card>
        {mayRun && (
          <Card
            icon={ScriptIcon}
            title="Write a script"
            text="Python, JavaScript and others: run in isolation, with its output as it comes."
          >
            <Button variant="outlined" component={Link} to="/scripts/new">
              New script
            </Button>
          </Card>
        )}
        <Card icon={TaskIcon} title="Do what waits" text="Tasks that processes hand to people.">
          <Button variant="outlined" component={Link} to="/tasks">
            Open tasks
          </Button>
        </Card>
      </Box>
      {starting !== undefined && (
        <StartDialog definition={starting} example={exampleOrder} onClose={() => setStarting(undefined)} />
      )}
    </Box>
  )
}

function Card(props: {
  readonly icon: Icon
  readonly title: string
  readonly text: string
  readonly children: ReactNode
}): ReactNode {
  const Icon = props.icon
  return (
    <Paper variant="outlined" sx={{ p: 2, display: 'flex', gap: 1.5 }}>
      <Box
        sx={{
          width: 36,
          height: 36,
          borderRadius: 1.5,
          display: 'grid',
          placeItems: 'center',
          flexShrink: 0,
          color: 'primary.main',
          background: 'var(--braid-palette-action-selected)',
        }}
      >
        <Icon fontSize="small" />
      </Box>
      <Box sx={{ minWidth: 0 }}>
        <Typography variant="h3">{props.title}</Typography>
        <Typography variant="body2" sx={{ color: 'text.secondary', mb: 1.5 }}>
          {props.text}
        </Typography>
        {props.children}
      </Box>
    </Paper>
  )
}
