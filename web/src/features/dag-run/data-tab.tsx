import Box from '@mui/material/Box'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useEffect } from 'react'
import { JsonBlock } from '../../frame/json-block.tsx'
import { parseValue } from '../../frame/json-text.ts'
import { Failure, LoadingRows } from '../../frame/list-states.tsx'
import { valuesQuery } from './dag-run-queries.ts'
import { type PanelProps, titleOf } from './panel.ts'

/** Input and output of the run, and what its nodes gave. */
export function DataTab({ run, dag, selected }: PanelProps): ReactNode {
  const values = useQuery(valuesQuery(run.dagRunKey))
  const { refetch } = values
  const done = run.nodes.filter(({ endedAt }) => endedAt !== undefined).length
  // What ended since gave something.
  useEffect(() => {
    if (done > 0) void refetch()
  }, [done, refetch])
  const nodes = new Set(dag.graph.nodes.map(({ id }) => id))
  const given = (values.data?.items ?? []).filter(
    ({ name }) => nodes.has(name) && (selected === undefined || name === selected),
  )
  return (
    <Box
      sx={{
        display: 'grid',
        columnGap: 3,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) minmax(0, 1fr)' },
        px: { xs: 2, md: 3 },
        py: 2,
      }}
    >
      {selected === undefined && (
        <>
          <JsonBlock title="Input" value={run.input} />
          <JsonBlock
            title="Output"
            value={run.output}
            missing={run.endedAt === undefined ? 'None yet: the run goes on' : 'None'}
          />
        </>
      )}
      {values.isPending && run.startedAt !== undefined && <LoadingRows rows={2} />}
      {values.isError && <Failure error={values.error} onRetry={values.refetch} />}
      {given.map(({ variableKey, name, value, isTruncated }) => (
        <JsonBlock
          key={variableKey}
          title={`${titleOf(dag, name)}${isTruncated ? ' (its beginning)' : ''}`}
          value={isTruncated ? value : (parseValue(value)?.value ?? value)}
        />
      ))}
      {selected !== undefined && given.length === 0 && !values.isPending && (
        <JsonBlock
          title={titleOf(dag, selected)}
          value={undefined}
          missing="It gave nothing to the run yet. What its runs got and gave is at its tasks."
        />
      )}
    </Box>
  )
}
