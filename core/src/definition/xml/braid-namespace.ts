/** Of the extensions that Braid adds to BPMN. */
export const braidNamespace = 'urn:braid:bpmn:1.0'
