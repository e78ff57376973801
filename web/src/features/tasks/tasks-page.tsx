import Box from '@mui/material/Box'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useNavigate, useParams, useSearchParams } from 'react-router'
import { userTasksQuery } from '../../api/queries.ts'
import { sessionQuery } from '../../api/session.ts'
import { TaskIcon } from '../../frame/icons.tsx'
import { Empty } from '../../frame/list-states.tsx'
import { useTitle } from '../../frame/page.tsx'
import { FilterPane } from './filter-pane.tsx'
import { neighbourOf, savedFilter } from './task-filters.ts'
import { TaskList } from './task-list.tsx'
import { TaskPane } from './task-pane.tsx'

/** For people: which tasks · the list · the one being done. Phones show the list or the task. */
export function TasksPage(): ReactNode {
  useTitle('Tasks')
  const { taskKey } = useParams()
  const [parameters] = useSearchParams()
  const navigate = useNavigate()
  const { data: session } = useQuery(sessionQuery)
  const username = session?.username ?? ''
  const saved = savedFilter(parameters.get('filter'))
  const tasks = useInfiniteQuery(userTasksQuery(saved.filter(username)))
  const items = tasks.data?.pages.flatMap((page) => page.items) ?? []
  const query = saved.id === 'open' ? '' : `?filter=${saved.id}`
  const addressOf = (key: string | undefined): string => `/tasks${key === undefined ? '' : `/${key}`}${query}`
  const open = taskKey !== undefined

  const completed = (key: string): void => {
    const keys = items.map((task) => task.userTaskKey)
    navigate(addressOf(neighbourOf(keys, key)), { replace: true })
  }

  return (
    <Box
      sx={{
        height: '100%',
        display: 'grid',
        gridTemplateColumns: {
          xs: 'minmax(0, 1fr)',
          md: '340px minmax(0, 1fr)',
          lg: '196px 360px minmax(0, 1fr)',
        },
        gridTemplateRows: { xs: 'auto minmax(0, 1fr)', lg: 'minmax(0, 1fr)' },
      }}
    >
      <Box
        sx={{
          display: { xs: open ? 'none' : 'block', md: 'block' },
          gridColumn: { xs: '1', md: '1 / -1', lg: '1' },
          borderRight: { lg: 1 },
          borderBottom: { xs: 1, lg: 0 },
          borderColor: { xs: 'divider', lg: 'divider' },
        }}
      >
        <FilterPane current={saved.id} username={username} />
      </Box>
      <Box
        sx={{
          display: { xs: open ? 'none' : 'block', md: 'block' },
          overflow: 'auto',
          borderRight: { md: 1 },
          borderColor: { md: 'divider' },
          background: 'var(--braid-palette-background-paper)',
        }}
      >
        <TaskList tasks={tasks} items={items} selected={taskKey} addressOf={addressOf} username={username} />
      </Box>
      <Box
        sx={{
          display: { xs: open ? 'block' : 'none', md: 'block' },
          gridRow: { xs: '1 / -1', md: 'auto' },
          overflow: 'auto',
          minWidth: 0,
        }}
      >
        {taskKey === undefined ? (
          <Empty icon={TaskIcon} title="Choose a task">
            Or walk through the list with the arrow keys.
          </Empty>
        ) : (
          <TaskPane
            key={taskKey}
            taskKey={taskKey}
            username={username}
            back={addressOf(undefined)}
            onCompleted={completed}
          />
        )}
      </Box>
    </Box>
  )
}
