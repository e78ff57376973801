import type { Application } from '@braid/contract/application-api.ts'
import type { JsonObject } from '@braid/core/base/json.ts'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Link from '@mui/material/Link'
import Paper from '@mui/material/Paper'
import Skeleton from '@mui/material/Skeleton'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useRef } from 'react'
import { Link as RouterLink, useParams } from 'react-router'
import { api } from '../../api/client.ts'
import { applicationPath, applicationQuery, type Screen } from '../../application/application-queries.ts'
import { Failure } from '../../frame/list-states.tsx'
import { Page } from '../../frame/page.tsx'
import { ObjectEditor, useObjectEntry } from '../../json-form/json-form.tsx'
import { Answer } from './answer.tsx'

/** A page of an application: a form for one of its endpoints, and what that answers. */
export function ScreenPage(): ReactNode {
  const { application: name = '', screen: screenName = '' } = useParams()
  const application = useQuery(applicationQuery(name))
  if (application.isError) return <Failure error={application.error} onRetry={application.refetch} />
  if (application.isPending) return <Skeleton variant="rounded" height={320} sx={{ m: 4 }} />
  const screen = application.data.screens.find((one) => one.name === screenName)
  const endpoint = application.data.routes.find(({ path }) => endpointOf(path) === screen?.endpoint)
  if (screen === undefined || endpoint === undefined)
    return <Failure error={new Error(`${application.data.title} has no screen “${screenName}”.`)} />
  return (
    <ScreenView
      key={`${name}/${screenName}`}
      application={application.data}
      screen={screen}
      endpoint={endpoint}
    />
  )
}

type Endpoint = Application['routes'][number]

/** The last part of an address is what the application calls the endpoint. */
const endpointOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

function ScreenView(props: {
  readonly application: Application
  readonly screen: Screen
  readonly endpoint: Endpoint
}): ReactNode {
  const { application, screen, endpoint } = props
  const running = useRef<AbortController>(undefined)
  const ask = useMutation({
    mutationFn: (input: JsonObject) => {
      running.current?.abort()
      running.current = new AbortController()
      const { signal } = running.current
      const params = { application: application.name, endpoint: screen.endpoint }
      return endpoint.method === 'GET'
        ? api.readEndpoint({ params, query: input, signal })
        : api.callEndpoint({ params, body: input, signal })
    },
  })
  const prefix = endpoint.method === 'GET' ? 'query' : 'body'
  const entry = useObjectEntry({ schema: endpoint.inputSchema, refusal: ask.error, prefix })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    const input = entry.read()
    if (input !== undefined) ask.mutate(input)
  }
  return (
    <Page
      title={screen.title}
      maxWidth={860}
      subtitle={
        <Link component={RouterLink} to={applicationPath(application.name)} color="inherit">
          {application.title}
        </Link>
      }
    >
      <Paper variant="outlined" component="form" noValidate onSubmit={submit} sx={{ p: 2.5, mb: 3 }}>
        <ObjectEditor entry={entry} label="Input" />
        <Box sx={{ display: 'flex', justifyContent: 'flex-end', mt: 2 }}>
          <Button type="submit" variant="contained" loading={ask.isPending}>
            {screen.title}
          </Button>
        </Box>
      </Paper>
      <Box aria-live="polite" aria-busy={ask.isPending}>
        {ask.isPending ? (
          <Skeleton variant="rounded" height={120} />
        ) : (
          ask.data !== undefined && <Answer show={screen.show} answer={ask.data} />
        )}
      </Box>
    </Page>
  )
}
