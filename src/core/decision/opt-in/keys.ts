/** The label of namespaces and pods that names a revision of the mesh; a fixed name in the Istio ecosystem. */
export const REVISION_LABEL = 'istio.io/rev';
