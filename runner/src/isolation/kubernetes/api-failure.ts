/** Why the API server of Kubernetes did not do what it was asked for. */
export type ApiFailure = {
  /** Of HTTP; 0: there was no answer. */
  readonly status: number
  readonly message: string
}
