import { createBrowserRouter, type RouteObject } from 'react-router'
import { Frame } from './frame/frame.tsx'
import { PageFailure, PageMissing } from './frame/page-failure.tsx'
import { Splash } from './frame/splash.tsx'

const applicationPages: RouteObject[] = [
  {
    path: 'applications',
    lazy: async () => ({
      Component: (await import('./features/applications/applications-page.tsx')).ApplicationsPage,
    }),
  },
  {
    path: 'applications/:application',
    lazy: async () => ({
      Component: (await import('./features/applications/application-page.tsx')).ApplicationPage,
    }),
  },
  {
    path: 'applications/:application/models/:model',
    lazy: async () => ({ Component: (await import('./features/records/records-page.tsx')).RecordsPage }),
  },
  {
    path: 'applications/:application/models/:model/:recordId',
    lazy: async () => ({ Component: (await import('./features/records/record-page.tsx')).RecordPage }),
  },
  {
    path: 'applications/:application/screens/:screen',
    lazy: async () => ({ Component: (await import('./features/screens/screen-page.tsx')).ScreenPage }),
  },
]

/** Each feature is a chunk of its own, loaded when its page is opened. */
export const router = createBrowserRouter([
  {
    path: '/sign-in',
    HydrateFallback: Splash,
    ErrorBoundary: PageFailure,
    lazy: async () => ({ Component: (await import('./features/sign-in/sign-in-page.tsx')).SignInPage }),
  },
  {
    path: '/',
    Component: Frame,
    HydrateFallback: Splash,
    ErrorBoundary: PageFailure,
    children: [
      {
        index: true,
        lazy: async () => ({ Component: (await import('./features/home/home-page.tsx')).HomePage }),
      },
      {
        path: 'processes',
        lazy: async () => ({
          Component: (await import('./features/processes/processes-page.tsx')).ProcessesPage,
        }),
      },
      {
        path: 'processes/:processId',
        lazy: async () => ({
          Component: (await import('./features/processes/process-page.tsx')).ProcessPage,
        }),
      },
      {
        path: 'decisions/:decisionId',
        lazy: async () => ({
          Component: (await import('./features/decisions/decision-page.tsx')).DecisionPage,
        }),
      },
      {
        path: 'dags',
        lazy: async () => ({ Component: (await import('./features/dags/dags-page.tsx')).DagsPage }),
      },
      {
        path: 'dags/*',
        lazy: async () => ({ Component: (await import('./features/dags/dag-page.tsx')).DagPage }),
      },
      {
        path: 'dag-runs/:dagRunKey',
        lazy: async () => ({ Component: (await import('./features/dag-run/dag-run-page.tsx')).DagRunPage }),
      },
      {
        path: 'scripts',
        lazy: async () => ({ Component: (await import('./features/scripts/scripts-page.tsx')).ScriptsPage }),
      },
      {
        path: 'scripts/:scriptKey',
        lazy: async () => ({ Component: (await import('./features/scripts/script-page.tsx')).ScriptPage }),
      },
      {
        path: 'executions',
        lazy: async () => ({
          Component: (await import('./features/executions/executions-page.tsx')).ExecutionsPage,
        }),
      },
      {
        path: 'executions/:executionKey',
        lazy: async () => ({
          Component: (await import('./features/executions/execution-page.tsx')).ExecutionPage,
        }),
      },
      {
        path: 'runs',
        lazy: async () => ({ Component: (await import('./features/runs/runs-page.tsx')).RunsPage }),
      },
      {
        path: 'runs/dags',
        lazy: async () => ({ Component: (await import('./features/dag-run/dag-runs-page.tsx')).DagRunsPage }),
      },
      {
        path: 'runs/batch-operations',
        lazy: async () => ({ Component: (await import('./features/runs/batches-page.tsx')).BatchesPage }),
      },
      {
        path: 'runs/batch-operations/:batchKey',
        lazy: async () => ({ Component: (await import('./features/runs/batch-page.tsx')).BatchPage }),
      },
      {
        path: 'runs/:runKey',
        lazy: async () => ({ Component: (await import('./features/run/run-page.tsx')).RunPage }),
      },
      {
        path: 'tasks/:taskKey?',
        lazy: async () => ({ Component: (await import('./features/tasks/tasks-page.tsx')).TasksPage }),
      },
      {
        path: 'account',
        lazy: async () => ({ Component: (await import('./features/account/account-page.tsx')).AccountPage }),
      },
      {
        path: 'users',
        lazy: async () => ({ Component: (await import('./features/users/users-page.tsx')).UsersPage }),
      },
      {
        path: 'access-keys',
        lazy: async () => ({
          Component: (await import('./features/access-keys/access-keys-page.tsx')).AccessKeysPage,
        }),
      },
      {
        path: 'limits',
        lazy: async () => ({ Component: (await import('./features/limits/limits-page.tsx')).LimitsPage }),
      },
      {
        path: 'schedules',
        lazy: async () => ({
          Component: (await import('./features/schedules/schedules-page.tsx')).SchedulesPage,
        }),
      },
      {
        path: 'workers',
        lazy: async () => ({ Component: (await import('./features/workers/workers-page.tsx')).WorkersPage }),
      },
      ...applicationPages,
      { path: '*', Component: PageMissing },
    ],
  },
])
