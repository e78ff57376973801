/** Findings about the files of a deployment, beside those of the compiler. */
export type DeploymentCode =
  /** A form that is no JSON object, or JSON that cannot be kept. */
  | 'FORM_MALFORMED'
  /** A form without the text `id`, by which user tasks and start events name it. */
  | 'FORM_WITHOUT_ID'
  /** A file that is neither BPMN, DMN nor a form, by its name. */
  | 'UNKNOWN_FILE_TYPE'
  /** Two files of one deployment hold the same process, decision or form. */
  | 'REPEATED_ID'
  /** The message, signal or time of a start event depends on variables, which nobody has before the start, or is no time. */
  | 'UNKNOWN_START'
