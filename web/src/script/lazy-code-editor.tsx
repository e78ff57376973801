import Skeleton from '@mui/material/Skeleton'
import { type ComponentProps, lazy, type ReactNode, Suspense } from 'react'

const Editor = lazy(async () => ({ default: (await import('./code-editor.tsx')).CodeEditor }))

/** The editor for code, loaded when the first one is shown. */
export function LazyCodeEditor(props: ComponentProps<typeof Editor>): ReactNode {
  return (
    <Suspense fallback={<Skeleton variant="rectangular" sx={{ height: '100%', minHeight: 200 }} />}>
      <Editor {...props} />
    </Suspense>
  )
}
