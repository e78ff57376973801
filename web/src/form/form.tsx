import type { JsonObject } from '@braid/core/base/json.ts'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import {
  type ReactNode,
  type Ref,
  useEffect,
  useEffectEvent,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import type { MountedForm } from './mount.ts'

export type FormHandle = {
  /** The entered values, or undefined when something is missing: the form then shows what. */
  submit(): JsonObject | undefined
}

type FormProps = {
  readonly schema: JsonObject
  readonly data: JsonObject
  readonly readOnly?: boolean
  readonly onSubmit?: (values: JsonObject) => void
  /** It is there to be filled in. */
  readonly onReady?: () => void
  readonly ref?: Ref<FormHandle>
}

/** A form in the form-js format. form-js comes in its own chunk, asked for when the first form is shown. */
export function Form({ schema, data, readOnly = false, onSubmit, onReady, ref }: FormProps): ReactNode {
  const container = useRef<HTMLDivElement>(null)
  const mounted = useRef<MountedForm>(undefined)
  const [failure, setFailure] = useState<string>()
  const [ready, setReady] = useState(false)
  const submitted = useEffectEvent((values: JsonObject) => {
    if (!readOnly) onSubmit?.(values)
  })
  const shown = useEffectEvent(() => onReady?.())
  // What somebody types must survive a refetch: the data fills the form once.
  const initial = useEffectEvent(() => ({ data, readOnly }))

  useImperativeHandle(ref, () => ({ submit: () => mounted.current?.submit() }), [])

  useEffect(() => {
    const parent = container.current
    if (parent === null) return
    let gone = false
    let made: MountedForm | undefined
    import('./mount.ts')
      .then(async ({ mountForm }) => {
        if (gone) return
        made = await mountForm({ container: parent, schema, ...initial(), onSubmit: submitted })
        if (gone) return made.destroy()
        mounted.current = made
        setReady(true)
        shown()
      })
      .catch((error: unknown) => {
        if (!gone) setFailure(error instanceof Error ? error.message : String(error))
      })
    return () => {
      gone = true
      mounted.current = undefined
      made?.destroy()
      parent.replaceChildren()
    }
  }, [schema])

  useEffect(() => {
    if (ready) mounted.current?.setReadOnly(readOnly)
  }, [ready, readOnly])

  return (
    <Box>
      {failure !== undefined && <Alert severity="error">The form can't be shown: {failure}</Alert>}
      {!ready && failure === undefined && (
        <Skeleton variant="rounded" height={180} aria-label="Loading the form" />
      )}
      <div ref={container} className="braid-form" />
    </Box>
  )
}
