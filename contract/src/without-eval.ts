/** Imported before any schema is made: pages forbid `eval`, which zod would otherwise try for speed with the first one. */
import { z } from 'zod'

z.config({ jitless: true })
